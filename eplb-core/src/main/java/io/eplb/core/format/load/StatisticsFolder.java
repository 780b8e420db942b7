package io.eplb.core.format.load;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.wording.Counted;
import io.eplb.api.wording.OneLine;
import io.eplb.api.wording.TypedNumber;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.NumberArray;
import io.eplb.core.format.document.NumberRule;
import io.eplb.core.format.document.TokenInput;
import io.eplb.core.load.LayerIds;
import io.eplb.core.load.LoadRecording;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads the statistics folder that TensorRT-LLM writes: {@code meta_info.json} and one {@code
 * rank{r}.safetensors} per rank with a tensor {@code "{iteration}_{layer}"} of counts per expert.
 * Ranks are summed; iterations are the windows; layers are the model's own ids in ascending order.
 * Every rank must have every tensor, and every iteration every layer, so that a lost file is not
 * read as an idle rank.
 */
final class StatisticsFolder {
  private static final NumberRule EXPERTS =
      NumberRule.integer("the number of experts", 1, EpTopology.MAX_EXPERTS);
  private static final int MOST_ITERATIONS = 999_999_999;
  private static final String EXPECTED =
      "expected meta_info.json with num_experts, and rank0.safetensors, rank1.safetensors, …";

  private final InputSource folder;

  private StatisticsFolder(InputSource folder) {
    this.folder = folder;
  }

  static LoadRecording read(InputSource folder) {
    return new StatisticsFolder(folder).sum();
  }

  private LoadRecording sum() {
    InputSource meta = folder.files("meta_info.json").get("meta_info.json");
    if (meta == null) {
      throw folder.fault(
          "is a folder without .pt files of SGLang and without meta_info.json of TensorRT-LLM; "
              + EXPECTED);
    }
    int experts = TokenInput.json(meta, StatisticsFolder::experts);
    Map<String, double[]> sums = new TreeMap<>();
    List<InputSource> ranks = ranks();
    for (int rank = 0; rank < ranks.size(); rank++) {
      InputSource file = ranks.get(rank);
      Map<String, double[]> tensors = TensorFile.read(file, experts);
      if (rank > 0 && !tensors.keySet().equals(sums.keySet())) {
        throw file.fault(
            "does not have the same tensors as rank0.safetensors; expected one per iteration and"
                + " layer in every rank");
      }
      tensors.forEach((name, counts) -> sums.merge(name, counts, StatisticsFolder::add));
    }
    return windows(sums, experts);
  }

  private static int experts(TokenInput input) throws IOException {
    List<Integer> experts = new ArrayList<>();
    input.object(
        "",
        "an object with num_experts",
        List.of("num_experts"),
        List.of(),
        key -> {
          if (key.equals("num_experts")) {
            experts.add(input.integer("/num_experts", EXPERTS));
          } else {
            input.skip();
          }
        });
    return experts.get(0);
  }

  /** Returns the ranks' files in order, and makes sure that none is missing between them. */
  private List<InputSource> ranks() {
    Map<String, InputSource> files = folder.files("rank*.safetensors");
    if (files.isEmpty()) {
      throw folder.fault("has no rank's statistics; " + EXPECTED);
    }
    List<InputSource> ranks = new ArrayList<>();
    for (int rank = 0; rank < files.size(); rank++) {
      InputSource file = files.get("rank" + rank + ".safetensors");
      if (file == null) {
        throw folder.fault(
            "has the files of %s, but no rank%s.safetensors; %s"
                .formatted(Counted.of(files.size(), "rank"), rank, EXPECTED));
      }
      ranks.add(file);
    }
    return ranks;
  }

  private static double[] add(double[] sum, double[] more) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += more[i];
    }
    return sum;
  }

  private LoadRecording windows(Map<String, double[]> sums, int experts) {
    TreeSet<Integer> iterations = new TreeSet<>();
    TreeSet<Integer> layers = new TreeSet<>();
    for (String name : sums.keySet()) {
      int separator = name.indexOf('_');
      iterations.add(number(name, separator < 0 ? "" : name.substring(0, separator)));
      layers.add(number(name, name.substring(separator + 1)));
    }
    if (sums.isEmpty()) {
      throw folder.fault("has no tensor; expected one per iteration and layer");
    }
    if (iterations.size() > ExpertWorkload.MAX_WINDOWS
        || (long) iterations.size() * layers.size() != sums.size()) {
      throw folder.fault(
          "has %s for %s and %s; expected one for every iteration of every layer"
              .formatted(
                  Counted.of(sums.size(), "tensor"),
                  Counted.of(iterations.size(), "iteration"),
                  Counted.of(layers.size(), "layer")));
    }
    if ((long) sums.size() * experts > Integer.MAX_VALUE - 8) {
      throw folder.fault("has more than " + (Integer.MAX_VALUE - 8) + " counts");
    }
    double[] values = new double[sums.size() * experts];
    int at = 0;
    for (int iteration : iterations) {
      for (int layer : layers) {
        // There are as many names as pairs, so that every pair has one.
        double[] counts = Objects.requireNonNull(sums.get(iteration + "_" + layer));
        System.arraycopy(counts, 0, values, at, experts);
        at += experts;
      }
    }
    int[] shape = {iterations.size(), layers.size(), experts};
    LoadRecording recording = LoadFiles.recording(folder, new NumberArray(shape, values));
    int[] ids = layers.stream().mapToInt(Integer::intValue).toArray();
    return folder.naming(() -> recording.withLayerIds(LayerIds.of(ids)));
  }

  /** Reads an iteration or a layer, written without sign or leading zeros. */
  private int number(String name, String digits) {
    return (int)
        TypedNumber.index(digits, MOST_ITERATIONS)
            .orElseThrow(
                () ->
                    folder.fault(
                        "has a tensor named %s; expected {iteration}_{layer}"
                            .formatted(OneLine.quote(name))));
  }
}
