package io.eplb.core.format.load;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.Counted;
import io.eplb.api.wording.OneLine;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.NumberArray;
import io.eplb.core.format.torch.TorchFile;
import io.eplb.core.format.torch.TorchTensor;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads what SGLang's expert distribution recorder writes with {@code torch.save}
 * (sgl-project/sglang, {@code srt/eplb/expert_distribution.py}).
 *
 * <ul>
 *   <li>Modes {@code stat} and {@code stat_approx}: one file with {@code logical_count}, steps ×
 *       layers × experts, summed over ranks; its steps are the windows.
 *   <li>Modes {@code per_pass} and {@code per_token}: one file per rank with {@code records}, each
 *       the {@code global_physical_count}, layers × slots, of a forward pass, and {@code
 *       last_physical_to_logical_map}. Ranks are summed, slots are mapped to experts; the forward
 *       passes are the windows.
 * </ul>
 */
final class SglangRecording {
  private static final int MOST_KEYS_SHOWN = 8;
  private static final String COUNTS = "logical_count";
  private static final String RECORDS = "records";
  private static final String MAP = "last_physical_to_logical_map";
  private static final String PASS_COUNTS = "global_physical_count";
  private static final String PASS = "forward_pass_id";
  private static final String RANK = "rank";

  /** The counts of each forward pass, by its id: layers × experts. */
  private final Map<Long, double[]> passes = new TreeMap<>();

  private final Set<Long> ranks = new TreeSet<>();
  private int layers;
  private int experts;

  private SglangRecording() {}

  /** Reads one file: all of a recording in mode {@code stat}, or one rank's part. */
  static NumberArray read(InputSource source) {
    return TorchFile.read(
        source,
        file -> {
          Map<?, ?> content = file.dictionary();
          if (content.get(COUNTS) instanceof TorchTensor counts) {
            return counts(file, counts);
          }
          SglangRecording recording = new SglangRecording();
          recording.add(file, content);
          return recording.windows(file::fault);
        });
  }

  /** Reads the files of all ranks in a folder. */
  static NumberArray readFolder(InputSource folder) {
    List<InputSource> files = List.copyOf(folder.files("*.pt").values());
    if (files.size() == 1) {
      return read(files.get(0));
    }
    SglangRecording recording = new SglangRecording();
    for (InputSource source : files) {
      TorchFile.read(
          source,
          file -> {
            if (file.dictionary().containsKey(COUNTS)) {
              throw file.fault(
                  "holds all ranks together (%s); give this file alone, not the folder"
                      .formatted(COUNTS));
            }
            recording.add(file, file.dictionary());
            return files;
          });
    }
    recording.requireAllRanks(folder);
    return recording.windows(folder::fault);
  }

  private static NumberArray counts(TorchFile file, TorchTensor counts) {
    if (counts.dimensions() < 2 || counts.dimensions() > 3) {
      throw file.fault(
          "/%s has the shape %s; expected layers × experts, or steps × layers × experts"
              .formatted(COUNTS, counts.shapeText()));
    }
    int[] shape = counts.shape().stream().mapToInt(Math::toIntExact).toArray();
    if (counts.elements() == 0) {
      throw file.fault("/%s has the shape %s; expected data".formatted(COUNTS, counts.shapeText()));
    }
    double[] values = file.numbers("/" + COUNTS, counts, false);
    requireLoads(file, "/" + COUNTS, values);
    return new NumberArray(shape, values);
  }

  private void add(TorchFile file, Map<?, ?> content) {
    if (!(content.get(RECORDS) instanceof List<?> records)) {
      throw file.fault(
          "has the keys %s; expected %s, or %s and %s, as SGLang's recorder writes them"
              .formatted(keys(content), COUNTS, RECORDS, MAP));
    }
    int[][] map = map(file, content.get(MAP));
    if (records.isEmpty()) {
      throw file.fault("/" + RECORDS + " is empty; record at least one forward pass");
    }
    for (int at = 0; at < records.size(); at++) {
      add(file, "/" + RECORDS + "/" + at, records.get(at), map);
    }
  }

  private static String keys(Map<?, ?> content) {
    return content.keySet().stream()
        .limit(MOST_KEYS_SHOWN)
        .map(key -> OneLine.quote(String.valueOf(key)))
        .collect(Collectors.joining(", "));
  }

  private int[][] map(TorchFile file, @Nullable Object value) {
    if (!(value instanceof TorchTensor tensor)
        || tensor.dimensions() != 2
        || tensor.elements() == 0) {
      throw file.fault(
          "/%s is %s; expected a tensor of layers × slots".formatted(MAP, TorchFile.kind(value)));
    }
    int rows = Math.toIntExact(tensor.shape().get(0));
    int slots = Math.toIntExact(tensor.shape().get(1));
    // Every expert has a slot, so that there are no more of them.
    int most = Math.min(slots, EpTopology.MAX_EXPERTS);
    double[] ids = file.numbers("/" + MAP, tensor, true);
    int[][] map = new int[rows][slots];
    int greatest = 0;
    for (int at = 0; at < ids.length; at++) {
      if (!(ids[at] >= 0 && ids[at] < most)) {
        throw file.fault(
            "/%s/%s/%s is %s; expected the id of an expert, from 0 to %s, since there are %s"
                .formatted(
                    MAP, at / slots, at % slots, ids[at], most - 1, Counted.of(slots, "slot")));
      }
      map[at / slots][at % slots] = (int) ids[at];
      greatest = Math.max(greatest, (int) ids[at]);
    }
    if (layers == 0) {
      layers = rows;
      experts = greatest + 1;
    } else if (rows != layers || greatest + 1 != experts) {
      throw file.fault(
          "has %s × %s experts, the files before it %s × %s; they must be of one model"
              .formatted(Counted.of(rows, "layer"), greatest + 1, layers, experts));
    }
    return map;
  }

  private void add(TorchFile file, String place, @Nullable Object value, int[][] map) {
    if (!(value instanceof Map<?, ?> record)
        || !(record.get(PASS) instanceof Long pass)
        || !(record.get(RANK) instanceof Long rank)
        || !(record.get(PASS_COUNTS) instanceof TorchTensor counts)) {
      throw file.fault(
          "%s is %s; expected a dictionary with %s, %s and %s"
              .formatted(place, TorchFile.kind(value), PASS, RANK, PASS_COUNTS));
    }
    int slots = map[0].length;
    if (counts.dimensions() != 2
        || counts.shape().get(0) != layers
        || counts.shape().get(1) != slots) {
      throw file.fault(
          "%s/%s has the shape %s; expected %s × %s as %s"
              .formatted(place, PASS_COUNTS, counts.shapeText(), layers, slots, MAP));
    }
    double[] values = file.numbers(place + "/" + PASS_COUNTS, counts, true);
    requireLoads(file, place + "/" + PASS_COUNTS, values);
    ranks.add(rank);
    double[] sum = passes.computeIfAbsent(pass, unused -> new double[layers * experts]);
    if (passes.size() > ExpertWorkload.MAX_WINDOWS
        || (long) passes.size() * layers * experts > Integer.MAX_VALUE - 8) {
      throw file.fault("has more forward passes than fit into one recording: " + passes.size());
    }
    for (int at = 0; at < values.length; at++) {
      int layer = at / slots;
      sum[layer * experts + map[layer][at % slots]] += values[at];
    }
  }

  private static void requireLoads(TorchFile file, String place, double[] values) {
    for (int at = 0; at < values.length; at++) {
      if (!(values[at] >= 0.0 && values[at] <= Double.MAX_VALUE)) {
        throw file.fault(
            "%s, element %s is %s; expected a load, finite and at least 0 (rule I2)"
                .formatted(place, at, values[at]));
      }
    }
  }

  private void requireAllRanks(InputSource folder) {
    for (long rank = 0; rank < ranks.size(); rank++) {
      if (!ranks.contains(rank)) {
        throw folder.fault(
            "has the files of %s, but none of rank %s; put the files of all ranks there"
                .formatted(Counted.of(ranks.size(), "rank"), rank));
      }
    }
  }

  /** An error about the whole input. */
  private interface Fault {
    InvalidInputException of(String what);
  }

  private NumberArray windows(Fault fault) {
    if (passes.isEmpty()) {
      throw fault.of("has no forward pass; record at least one");
    }
    int length = layers * experts;
    double[] values = new double[passes.size() * length];
    int at = 0;
    for (double[] pass : passes.values()) {
      System.arraycopy(pass, 0, values, at, length);
      at += length;
    }
    return new NumberArray(new int[] {passes.size(), layers, experts}, values);
  }
}
