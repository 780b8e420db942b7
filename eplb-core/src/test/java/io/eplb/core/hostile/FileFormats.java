package io.eplb.core.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.Placement;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.load.LoadFiles;
import io.eplb.core.format.load.NumpyBytes;
import io.eplb.core.format.load.RoutedExperts;
import io.eplb.core.format.load.WorkloadFiles;
import io.eplb.core.format.numpy.ArchiveBytes;
import io.eplb.core.format.numpy.ArchiveBytes.Trait;
import io.eplb.core.format.placement.PlacementExpectation;
import io.eplb.core.format.placement.PlacementFormat;
import io.eplb.core.format.placement.PlacementFormats;
import io.eplb.core.format.placement.StoredPlacement;
import io.eplb.core.format.rank.RankSpeeds;
import io.eplb.core.load.LoadRecording;
import io.eplb.core.load.LoadTrace;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The file formats that are attacked: valid samples of each, and the reader with its checks. */
final class FileFormats {
  private static final ExpertTable RUNNING =
      ExpertTable.of(3, 4, Placement.of(2, 2, 3, new int[] {0, 1, -1, 2, 3, 0, 0, 1, -1, 3, 2, 1}));
  private static final byte[] NUMBERS = NumpyBytes.ints(new int[24]);

  private FileFormats() {}

  /** A reader of an input that also checks what it has read. */
  @FunctionalInterface
  interface Reading {
    /** Reads; an input that is refused is an exception, a result that is wrong an error. */
    void of(InputSource source);
  }

  /**
   * A format.
   *
   * @param name its name
   * @param piped whether it may come through a pipe
   * @param samples valid inputs
   * @param reading its reader
   */
  record FileFormat(String name, boolean piped, List<Sample> samples, Reading reading) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<FileFormat> all() throws IOException {
    List<FileFormat> formats = new ArrayList<>();
    loads("load-json", formats, jsonLoads());
    loads("load-csv", formats, csvLoads());
    loads("load-npy", formats, numpyLoads());
    loads("load-npz", formats, archives("load"));
    alone("load-npz-named", namedArrays(), FileFormats::readNamed, formats);
    loads("load-sglang-stat", formats, recordings("stat"));
    loads("load-sglang-pass", formats, recordings("per_"));
    loads("load-vllm", formats, vllmLoads());
    // Lines are recognised by the file's name alone.
    alone("load-vllm-lines", vllmLines(), FileFormats::readLoads, formats);
    alone("load-sglang-folder", sglangFolders(), FileFormats::readLoads, formats);
    alone("load-trtllm-folder", statistics(), FileFormats::readLoads, formats);
    alone("workload-folder", series(), FileFormats::readWorkload, formats);
    formats.add(new FileFormat("workload", true, workloads(), FileFormats::readWorkload));
    formats.add(new FileFormat("trace-npy", false, numpyLoads(), FileFormats::walk));
    formats.add(new FileFormat("routed", false, routed(), FileFormats::walkRouted));
    for (String name : PlacementFormats.names()) {
      formats.add(new FileFormat("map-" + name, true, maps(name), FileFormats::readMap));
    }
    formats.add(new FileFormat("map-deepseek-arrays", true, deepseek(), FileFormats::readMap));
    formats.add(new FileFormat("speeds", true, speeds(), FileFormats::readSpeeds));
    formats.add(new FileFormat("config", true, configurations(), FileFormats::readConfig));
    return formats;
  }

  private static void loads(String name, List<FileFormat> formats, List<Sample> samples) {
    formats.add(new FileFormat(name, true, samples, FileFormats::readLoads));
  }

  private static void alone(
      String name, List<Sample> samples, Reading reading, List<FileFormat> formats) {
    formats.add(new FileFormat(name, false, samples, reading));
  }

  // Readers.

  private static void readLoads(InputSource source) {
    requireValid(LoadFiles.read(source));
  }

  /** Reads the array "load" of an archive, as the command line names it. */
  private static void readNamed(InputSource source) {
    requireValid(
        LoadFiles.read(InputSource.of(source.name() + "#load", InputStream.nullInputStream())));
  }

  private static void requireValid(LoadRecording recording) {
    requireWithin(recording.windows(), ExpertWorkload.MAX_WINDOWS);
    requireWithin(recording.layers(), EpTopology.MAX_LAYERS);
    requireWithin(recording.experts(), EpTopology.MAX_EXPERTS);
    assertEquals(recording.layers(), recording.layerIds().layers());
    double[] row = new double[recording.experts()];
    for (int window = 0; window < recording.windows(); window++) {
      for (int layer = 0; layer < recording.layers(); layer++) {
        recording.copyLayer(window, layer, row, 0);
        requireLoads(row, row.length);
      }
    }
  }

  private static void requireWithin(long value, long most) {
    assertTrue(value >= 1 && value <= most, () -> value + " is beyond " + most);
  }

  private static void requireLoads(double[] loads, int length) {
    for (int at = 0; at < length; at++) {
      double load = loads[at];
      assertTrue(load >= 0.0 && load <= Double.MAX_VALUE, () -> "has the load " + load);
    }
  }

  private static void walk(InputSource source) {
    try (LoadTrace trace = LoadFiles.open(source)) {
      walk(trace);
    }
  }

  private static void walkRouted(InputSource source) {
    try (LoadTrace trace = RoutedExperts.open(source, 8, 2)) {
      walk(trace);
    }
  }

  private static void walk(LoadTrace trace) {
    requireWithin(trace.windows(), LoadTrace.MAX_WINDOWS);
    int length = trace.layers() * trace.experts();
    double[] window = new double[length];
    int windows = 0;
    while (trace.next(window)) {
      requireLoads(window, length);
      windows++;
    }
    assertEquals(trace.windows(), windows);
  }

  private static void readWorkload(InputSource source) {
    ExpertWorkload workload = WorkloadFiles.read(source, RUNNING);
    workload.requireShapeOf(RUNNING);
    requireWithin(workload.windows(), ExpertWorkload.MAX_WINDOWS);
    double[] row = new double[workload.physicalExperts()];
    for (int window = 0; window < workload.windows(); window++) {
      for (int layer = 0; layer < workload.layers(); layer++) {
        workload.copyLayer(window, layer, row, 0);
        requireLoads(row, row.length);
      }
    }
  }

  private static void readMap(InputSource source) {
    StoredPlacement stored = PlacementFormats.read(source, PlacementExpectation.NONE);
    requireValid(stored);
    if (!stored.ranksKnown()) {
      OptionalInt ranks = OptionalInt.of(2);
      OptionalInt experts = OptionalInt.of(stored.table().experts());
      requireValid(PlacementFormats.read(source, new PlacementExpectation(experts, ranks)));
    }
  }

  private static void requireValid(StoredPlacement stored) {
    assertTrue(PlacementFormats.names().contains(stored.format()));
    ExpertTable table = stored.table();
    requireWithin(table.layers(), EpTopology.MAX_LAYERS);
    requireWithin(table.experts(), EpTopology.MAX_EXPERTS);
    requireWithin(table.physicalExperts(), EpTopology.MAX_PHYSICAL_EXPERTS);
    assertEquals(table.layers(), stored.layerIds().layers());
    int[] row = new int[table.physicalExperts()];
    for (int layer = 0; layer < table.layers(); layer++) {
      table.copyLayer(layer, row, 0);
      boolean[] placed = new boolean[table.experts()];
      for (int expert : row) {
        assertTrue(expert >= Placement.EMPTY && expert < table.experts());
        if (expert >= 0) {
          placed[expert] = true;
        }
      }
      for (boolean one : placed) {
        assertTrue(one, "an expert has no slot");
      }
    }
  }

  private static void readSpeeds(InputSource source) {
    for (double speed : RankSpeeds.read(source)) {
      assertTrue(speed >= EpRanks.MIN_SPEED && speed <= EpRanks.MAX_SPEED, () -> "speed " + speed);
    }
  }

  private static void readConfig(InputSource source) {
    EplbConfig config =
        source.path().isPresent()
            ? EplbConfig.read(source.path().get())
            : source.read(stream -> EplbConfig.read(source.name(), stream));
    config.settingsInForce();
    config.policyName();
    config.weighting();
    config.loadPhase();
  }

  // Samples of loads.

  private static List<Sample> texts(String name, String... contents) {
    return Stream.of(contents).map(content -> Sample.of(name, content)).toList();
  }

  private static List<Sample> jsonLoads() {
    return texts(
        "loads.json",
        "[[1, 2, 3, 4], [5, 6.5, 7e2, 0]]",
        "[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]",
        "{\"origin\": {\"x\": [1, {\"y\": null}]}, \"load\": [[1, 2], [3, 4]], \"other\": true}",
        "{\"rank\": 0, \"logical_count\": [[[10, 20], [30, 40]]], \"note\": \"é\"}\n",
        "\ufeff[[0.5, -0], [1e-3, 12345678901234567890]]");
  }

  private static List<Sample> csvLoads() {
    return texts(
        "loads.csv",
        "1,2,3\n4,5,6\n",
        "a,b,c\n1, 2.5 ,3e2\r\n4,5,12345678901234567890\r\n\r\n",
        "0,1,2,3\n10,20,30,40\n50,60,70,80\n",
        "\ufeffexpert 0,expert 1\n1.25,0\n");
  }

  private static List<Sample> numpyLoads() {
    List<byte[]> arrays =
        List.of(
            NumpyBytes.array("<i4", "(4, 6)", NUMBERS),
            NumpyBytes.array("<u2", "(2, 4, 6)", NUMBERS),
            NumpyBytes.array("|u1", "(2, 4, 12)", NUMBERS),
            NumpyBytes.array("<f4", "(2, 3, 4)", NumpyBytes.floats(new float[24])),
            NumpyBytes.array("<f8", "(2, 3)", NumpyBytes.doubles(1, 2.5, 3, 4, 5, 1e300)),
            NumpyBytes.array("<i8", "(1, 3, 2)", NumpyBytes.longs(1, 2, 3, 4, 5, 1L << 60)),
            NumpyBytes.file(2, NumpyBytes.dictionary("'<u4'", "False", "(4, 6)"), NUMBERS),
            NumpyBytes.file(3, NumpyBytes.dictionary("\"<i8\"", "False", "(3, 4)"), NUMBERS));
    return arrays.stream().map(array -> Sample.of("loads.npy", array)).toList();
  }

  private static List<Sample> archives(String array) {
    byte[] loads = NumpyBytes.array("<i4", "(2, 3, 4)", NUMBERS);
    List<Sample> samples = new ArrayList<>();
    for (Trait trait : Trait.values()) {
      samples.add(
          Sample.of("loads.npz", new ArchiveBytes(trait).add(array + ".npy", loads).build()));
    }
    samples.add(
        Sample.of(
            "loads.npz",
            new ArchiveBytes(Trait.DEFLATED)
                .add("notes.txt", "made by hand".getBytes(UTF_8))
                .add(array + ".npy", loads)
                .build()));
    return samples;
  }

  private static List<Sample> namedArrays() {
    byte[] loads = NumpyBytes.array("<i4", "(2, 3, 4)", NUMBERS);
    byte[] other = NumpyBytes.array("<f8", "(2, 3)", NumpyBytes.doubles(new double[6]));
    return List.of(
        Sample.of(
            "loads.npz", new ArchiveBytes().add("load.npy", loads).add("x.npy", other).build()),
        Sample.of(
            "loads.npz",
            new ArchiveBytes(Trait.DEFLATED).add("x.npy", other).add("load.npy", loads).build()));
  }

  private static byte[] torch(String name) throws IOException {
    try (InputStream file =
        Objects.requireNonNull(
            FileFormats.class.getResourceAsStream("/io/eplb/core/format/torch/" + name + ".pt"),
            name)) {
      return file.readAllBytes();
    }
  }

  private static List<Sample> recordings(String prefix) throws IOException {
    List<Sample> samples = new ArrayList<>();
    for (String name :
        List.of(
            "stat",
            "stat-big-endian",
            "stat-bfloat16",
            "stat-cuda",
            "stat-float64",
            "stat-half",
            "stat-legacy",
            "stat-strided",
            "stat-uint8",
            "per_pass_0",
            "per_token_0")) {
      if (name.startsWith(prefix)) {
        samples.add(Sample.of("recorded.pt", torch(name)));
      }
    }
    return samples;
  }

  private static List<Sample> sglangFolders() throws IOException {
    return List.of(
        Sample.folder(Map.of("a_0.pt", torch("per_pass_0"), "a_1.pt", torch("per_pass_1"))),
        Sample.folder(Map.of("b_0.pt", torch("per_token_0"), "b_1.pt", torch("per_token_1"))),
        Sample.folder(Map.of("c.pt", torch("stat"))));
  }

  private static List<Sample> vllmLoads() {
    return texts(
        "dump_expert_load.json",
        """
            {"world_size": 2, "num_logical_experts": 3, "snapshots": [
              {"step": 10, "window_expert_load": [[1, 2, 3, 4]], "physical_to_logical_map": [[0, 1, 2, 0]]},
              {"step": 20, "physical_to_logical_map": [[2, 1, 0, 1]], "window_expert_load": [[5, 6, 7, 8]]}]}
            """);
  }

  private static List<Sample> vllmLines() {
    return texts(
        "stats.jsonl",
        """
            {"record_type": "eplb_load_stats", "version": 1, "step": 7, "expert_load": [[10, 1, 5]], "p2l_map": [[0, 1, 0]]}

            {"record_type": "eplb_load_stats", "version": 1, "step": 9, "expert_load": [[1, 2, 3]], "p2l_map": [[1, 1, 0]]}
            """);
  }

  /** Returns a file of tensors in the order of their names. */
  static byte[] tensors(Map<String, String> typeByName, int experts) {
    StringBuilder header = new StringBuilder("{\"__metadata__\": {\"format\": \"pt\"}");
    int at = 0;
    for (Map.Entry<String, String> tensor : typeByName.entrySet()) {
      int bytes = experts * (tensor.getValue().endsWith("64") ? 8 : 4);
      header.append(
          ", \"%s\": {\"dtype\": \"%s\", \"shape\": [%d], \"data_offsets\": [%d, %d]}"
              .formatted(tensor.getKey(), tensor.getValue(), experts, at, at + bytes));
      at += bytes;
    }
    byte[] text = header.append("}").toString().getBytes(UTF_8);
    ByteBuffer file = ByteBuffer.allocate(8 + text.length + at).order(ByteOrder.LITTLE_ENDIAN);
    return file.putLong(text.length).put(text).array();
  }

  private static List<Sample> statistics() {
    byte[] meta = "{\"num_experts\": 4, \"num_experts_per_token\": 2}".getBytes(UTF_8);
    Map<String, String> tensors =
        new TreeMap<>(Map.of("0_3", "I32", "0_4", "I64", "1_3", "F32", "1_4", "F64"));
    byte[] rank = tensors(tensors, 4);
    return List.of(
        Sample.folder(
            Map.of("meta_info.json", meta, "rank0.safetensors", rank, "rank1.safetensors", rank)),
        Sample.folder(Map.of("meta_info.json", meta, "rank0.safetensors", rank)));
  }

  private static List<Sample> series() {
    byte[] cycle = NumpyBytes.array("<i4", "(2, 2, 3)", NumpyBytes.ints(new int[12]));
    byte[] other = NumpyBytes.array("<f8", "(2, 2, 3)", NumpyBytes.doubles(new double[12]));
    return List.of(
        Sample.folder(Map.of("moe_load_0.npy", cycle)),
        Sample.folder(
            Map.of("moe_load_9.npy", cycle, "moe_load_10.npy", other, "notes.txt", new byte[3])));
  }

  private static List<Sample> workloads() {
    byte[] array = NumpyBytes.array("<i4", "(2, 2, 2, 3)", NUMBERS);
    return List.of(
        Sample.of("workload.json", "[[[1, 2, 0], [3, 4, 5]], [[6, 7, 0], [8, 9, 10]]]"),
        Sample.of(
            "workload.json",
            "{\"expertWorkload\": [[[[1, 2, 0], [3, 4, 5]], [[6, 7, 0], [8, 9, 10]]]], \"step\": 3}"),
        Sample.of("workload.npy", array),
        Sample.of("workload.npz", new ArchiveBytes(Trait.DEFLATED).add("w.npy", array).build()));
  }

  private static List<Sample> routed() {
    int[] ids = new int[24];
    Arrays.setAll(ids, at -> at % 8);
    return List.of(
        Sample.of("routed.npy", NumpyBytes.array("<i4", "(4, 3, 2)", NumpyBytes.ints(ids))),
        Sample.of("routed.npy", NumpyBytes.array("|u1", "(8, 3, 4)", NumpyBytes.ints(ids))),
        Sample.of("routed.npy", NumpyBytes.array("<i4", "(12, 2, 1)", NumpyBytes.ints(ids))));
  }

  // Samples of maps, speeds and configurations.

  private static List<Sample> maps(String name) throws IOException {
    PlacementFormat format = PlacementFormats.named(name);
    ExpertTable whole = ExpertTable.initial(2, EpTopology.of(6, 4, 1, 1, 2));
    ExpertTable dead =
        ExpertTable.of(
            0, 3, Placement.of(2, 3, 2, new int[] {0, 1, 0, 2, -1, -1, 1, 2, 0, 1, -1, -1}));
    List<Sample> samples = new ArrayList<>();
    for (ExpertTable table : List.of(whole, dead)) {
      ByteArrayOutputStream file = new ByteArrayOutputStream();
      format.write(table, file);
      String extension =
          switch (name) {
            case "trtllm" -> ".yaml";
            case "omni-infer" -> ".npy";
            default -> ".json";
          };
      samples.add(Sample.of("map" + extension, file.toByteArray()));
    }
    if (name.equals("trtllm")) {
      samples.add(
          Sample.of(
              "map.yaml",
              """
              # two layers
              num_slots: 4
              layer_updates_per_iter: 2
              initial_global_assignments:
                3:
                  - 0
                  - 1
                  - 2
                  - 0
                7: [2, 1,
                    0, 1]
              """));
    } else if (name.equals("hygon")) {
      samples.add(
          Sample.of(
              "map.json",
              "{\"version\": 2, \"format\": \"vllm_offline_eplb_physical_to_logical\", \"model_maps\": {\"A\":"
                  + " {\"num_logical_experts\": 2, \"physical_to_logical_map\": [[0, 1, 0, 1]]}}}"));
    } else if (name.equals("sglang")) {
      samples.add(Sample.of("map.pt", torch("per_pass_0")));
    }
    return samples;
  }

  private static List<Sample> deepseek() {
    byte[] map = NumpyBytes.array("<i8", "(1, 4)", NumpyBytes.longs(0, 1, 2, 0));
    byte[] slots = NumpyBytes.array("<i4", "(1, 3, 2)", NumpyBytes.ints(3, 0, 1, -1, 2, -1));
    byte[] counts = NumpyBytes.array("|u1", "(1, 3)", new byte[] {2, 1, 1});
    return List.of(
        Sample.of("phy2log.npy", map),
        Sample.of("map.json", "[[0, 1, 2, 0], [2, 1, 0, 1]]"),
        Sample.of(
            "map.json",
            "{\"phy2log\": [[0, 1, 2, 0]], \"log2phy\": [[[3, 0], [1, -1], [2, -1]]], \"logcnt\": [[2, 1, 1]]}"),
        Sample.of("map.npz", new ArchiveBytes().add("phy2log.npy", map).build()),
        Sample.of(
            "map.npz",
            new ArchiveBytes(Trait.DEFLATED)
                .add("phy2log.npy", map)
                .add("log2phy.npy", slots)
                .add("logcnt.npy", counts)
                .build()));
  }

  private static List<Sample> speeds() {
    return texts(
        "speeds.txt", "[1, 1, 0.5, 1]", "1,1,0.5,1\n", "1\n0.25\n\r\n2e0\n", "\ufeff1, 1\n");
  }

  private static List<Sample> configurations() throws IOException {
    List<Sample> samples = new ArrayList<>();
    samples.add(
        Sample.of(
            "eplb.yaml",
            """
            # an engine's block
            eplb_config:
              dynamic_eplb: true
              expert_heat_collection_interval: 600
              algorithm_execution_interval: 50
              num_redundant_experts: 16
              expert_map_path: null
              eplb_policy_type: 2
              load_collection_phase: decode
              expert_map_record_path: target/recorded.json
            refresh: true
            isolate: process
            topology: {ranks: 2, rank_speed: [1, 0.5]}
            """));
    samples.add(
        Sample.of(
            "eplb.yaml",
            """
            eplb_policy: incremental
            policy_options: {max-moves-per-layer: 8, alpha: 0.5, name: "x y"}
            policy_hints: {phase: decode}
            estimator: ema
            estimator_alpha: 0.25
            isolate: none
            topology:
              ranks: 4
              nodes: 2
              failed_ranks: [3]
              rank_speed:
                - 1
                - 0.5
                - 1
                - 1
            """));
    samples.add(
        Sample.of(
            "eplb.json",
            "{\"dynamic_eplb\": true, \"eplb_policy\": \"swift\", \"num_redundant_experts\": 2,"
                + " \"topology\": {\"ranks\": 8, \"nodes\": 2, \"groups\": 1}}"));
    return samples;
  }

  /** Returns the input of a sample that has been written, from its file or through a pipe. */
  static InputSource source(Path path, boolean piped) throws IOException {
    return piped
        ? InputSource.ofStream("standard input", new ByteArrayInputStream(Files.readAllBytes(path)))
        : InputSource.of(path);
  }
}
