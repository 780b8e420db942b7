package io.eplb.policies.ascend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.Placement;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;

/** One recorded case of vLLM-Ascend, from {@code golden/ascend}. */
record GoldenCase(
    String name, EpTopology topology, ExpertTable table, ExpertWorkload workload, JsonNode json) {
  /** The cases of one policy: five shapes under three kinds of load. */
  static Stream<GoldenCase> all(String policy) {
    return Stream.of("small", "qwen-ep16", "k2-ep32", "v3-ep32", "v3-ep8-no-redundancy")
        .flatMap(shape -> Stream.of("hot", "zipf", "lognormal").map(load -> shape + "-" + load))
        .map(name -> read(policy + "-" + name));
  }

  private static GoldenCase read(String name) {
    String file = "/golden/ascend/" + name + ".json";
    try (InputStream stream = GoldenCase.class.getResourceAsStream(file)) {
      JsonNode json = new ObjectMapper().readTree(Objects.requireNonNull(stream, file));
      JsonNode current = json.get("currentExpertTable");
      int layers = current.size();
      int ranks = current.get(0).size();
      int slots = current.get(0).get(0).size();
      double[] flat = flatten(current);
      int[] rows = new int[flat.length];
      int experts = 0;
      for (int index = 0; index < flat.length; index++) {
        rows[index] = (int) flat[index];
        experts = Math.max(experts, rows[index] + 1);
      }
      return new GoldenCase(
          name,
          EpTopology.of(experts, ranks, 1, 1, slots),
          ExpertTable.of(0, experts, Placement.of(layers, ranks, slots, rows)),
          ExpertWorkload.of(0, 1, layers, ranks, slots, flatten(json.get("expertWorkload"))),
          json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double[] flatten(JsonNode node) {
    if (!node.isArray()) {
      return new double[] {node.doubleValue()};
    }
    return node.valueStream().map(GoldenCase::flatten).flatMapToDouble(Arrays::stream).toArray();
  }

  /** Returns a recorded field as a flat array. */
  double[] numbers(String field) {
    return flatten(json.get(field));
  }

  @Override
  public String toString() {
    return name;
  }
}
