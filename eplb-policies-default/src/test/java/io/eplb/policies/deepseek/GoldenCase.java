package io.eplb.policies.deepseek;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.eplb.api.EpTopology;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A recorded output of the reference. */
final class GoldenCase {
  private static final List<String> SHAPES =
      List.of(
          "k2-g",
          "qwen-g",
          "r-heavy-g",
          "small-g",
          "small-h",
          "v3-decode-g",
          "v3-ep16-h",
          "v3-ep320-g",
          "v3-ep8-h",
          "v3-prefill-h");
  private static final List<String> LOADS = List.of("hot", "lognormal", "mild", "sparse", "zipf");
  private static final List<String> SINGLE =
      List.of("all-zero", "equal-loads", "readme-global", "readme-hierarchical", "single-rank");

  final String name;
  final boolean ties;
  final boolean hierarchical;
  final EpTopology topology;
  final double[][] loads;
  final int[][] physicalToLogical;
  final int[][][] logicalToPhysical;
  final int[][] logicalCount;

  private GoldenCase(
      String name,
      boolean ties,
      boolean hierarchical,
      EpTopology topology,
      double[][] loads,
      int[][] physicalToLogical,
      int[][][] logicalToPhysical,
      int[][] logicalCount) {
    this.name = name;
    this.ties = ties;
    this.hierarchical = hierarchical;
    this.topology = topology;
    this.loads = loads;
    this.physicalToLogical = physicalToLogical;
    this.logicalToPhysical = logicalToPhysical;
    this.logicalCount = logicalCount;
  }

  /** Every case, in order. */
  static List<GoldenCase> all() {
    Stream<String> families =
        SHAPES.stream().flatMap(shape -> LOADS.stream().map(load -> shape + "-" + load));
    return Stream.concat(SINGLE.stream(), families).map(GoldenCase::named).toList();
  }

  static GoldenCase named(String name) {
    String resource = "/golden/deepseek-" + name + ".json";
    try (InputStream in = GoldenCase.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + resource);
      }
      return of(name, new ObjectMapper(), new ObjectMapper().readTree(in));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static GoldenCase of(String name, ObjectMapper mapper, JsonNode json) throws IOException {
    double[][] loads = mapper.treeToValue(json.get("load"), double[][].class);
    int experts = loads[0].length;
    int ranks = json.get("numRanks").asInt();
    int nodes = json.get("numNodes").asInt();
    int groups = json.get("numGroups").asInt();
    // The reference takes nodes that do not divide the ranks, or groups that do not divide the
    // experts, and then ignores both; a topology refuses them.
    boolean divides = ranks % nodes == 0 && experts % groups == 0;
    return new GoldenCase(
        name,
        json.get("ties").asBoolean(),
        json.get("mode").asText().equals("hierarchical"),
        EpTopology.of(
            experts,
            ranks,
            divides ? nodes : 1,
            divides ? groups : 1,
            json.get("numPhysicalExperts").asInt() / ranks),
        loads,
        mapper.treeToValue(json.get("physicalToLogical"), int[][].class),
        mapper.treeToValue(json.get("logicalToPhysical"), int[][][].class),
        mapper.treeToValue(json.get("logicalCount"), int[][].class));
  }

  int layers() {
    return loads.length;
  }

  double[] flatLoads() {
    return Arrays.stream(loads).flatMapToDouble(Arrays::stream).toArray();
  }

  @Override
  public String toString() {
    return name;
  }
}
