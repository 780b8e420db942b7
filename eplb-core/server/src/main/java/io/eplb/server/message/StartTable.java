package io.eplb.server.message;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.api.wording.OneLine;
import io.eplb.core.cluster.StartUpStatement;
import io.eplb.core.consistency.TableDigest;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.NumberArray;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The table with which a rank starts.
 *
 * @param current its experts, or null
 * @param digests the digest of each layer, or null
 */
record StartTable(@Nullable NumberArray current, @Nullable List<String> digests) {
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

  /** Reads an NPZ archive. */
  static StartTable ofArchive(InputSource body) {
    return new StartTable(
        BodyArrays.ofArchive(body, BodyArrays.CURRENT).get(BodyArrays.CURRENT), null);
  }

  /**
   * Returns the statement of the rank.
   *
   * @throws InvalidInputException if the table is missing or none, or the numbers contradict it
   */
  StartUpStatement statement(WholeNumbers numbers) {
    int rank = (int) numbers.require(WholeParameter.RANK);
    int world = (int) numbers.require(WholeParameter.WORLD);
    if (current != null && digests == null) {
      ExpertTable table = table(current, numbers);
      EpTopology topology = topology(numbers, table.experts(), table.ranks(), table.slotsPerRank());
      return StartUpStatement.of(rank, world, topology, table);
    }
    if (digests != null && current == null) {
      int ranks = (int) numbers.require(WholeParameter.RANKS);
      EpTopology topology =
          topology(
              numbers,
              (int) numbers.require(WholeParameter.EXPERTS),
              ranks,
              slotsPerRank((int) numbers.require(WholeParameter.SLOTS), ranks));
      return StartUpStatement.of(rank, world, topology, digest(digests, topology));
    }
    throw new InvalidInputException(
        "the body has %s current %s digests; give one of them"
            .formatted(current == null ? "neither" : "both", current == null ? "nor" : "and"));
  }

  private static EpTopology topology(
      WholeNumbers numbers, int experts, int ranks, int slotsPerRank) {
    return EpTopology.of(
        experts,
        ranks,
        numbers.get(WholeParameter.NODES).orElse(1),
        numbers.get(WholeParameter.GROUPS).orElse(1),
        slotsPerRank);
  }

  private static ExpertTable table(NumberArray current, WholeNumbers numbers) {
    boolean byRank = current.dimensions() == 3;
    int slots = byRank ? current.length(1) * current.length(2) : current.length(1);
    requireEqual(WholeParameter.SLOTS, numbers, slots);
    int ranks = current.length(1);
    if (byRank) {
      requireEqual(WholeParameter.RANKS, numbers, ranks);
    } else {
      ranks = (int) numbers.require(WholeParameter.RANKS);
    }
    int[] rows = current.toIntegers();
    int experts =
        numbers
            .get(WholeParameter.EXPERTS)
            .orElseGet(() -> Math.max(1, Arrays.stream(rows).max().orElse(0) + 1));
    return ExpertTable.of(
        0, experts, Placement.of(current.length(0), ranks, slotsPerRank(slots, ranks), rows));
  }

  private static void requireEqual(WholeParameter parameter, WholeNumbers numbers, int found) {
    OptionalInt given = numbers.get(parameter);
    if (given.isPresent() && given.getAsInt() != found) {
      throw new InvalidInputException(
          "%s is %s, but current has %s; leave it out, or give the same"
              .formatted(parameter.key(), given.getAsInt(), found));
    }
  }

  private static int slotsPerRank(int slots, int ranks) {
    if (slots % ranks != 0) {
      throw new InvalidInputException(
          "%s ranks do not divide %s slots; every rank has equally many".formatted(ranks, slots));
    }
    return slots / ranks;
  }

  private static TableDigest digest(List<String> layers, EpTopology topology) {
    if (layers.isEmpty() || layers.size() > EpTopology.MAX_LAYERS) {
      throw new InvalidInputException(
          "digests has %s layers; expected 1 to %s"
              .formatted(layers.size(), EpTopology.MAX_LAYERS));
    }
    ByteBuffer bytes = ByteBuffer.allocate(4 * Integer.BYTES + layers.size() * 32);
    bytes.putInt(layers.size()).putInt(topology.experts());
    bytes.putInt(topology.ranks()).putInt(topology.slotsPerRank());
    for (int layer = 0; layer < layers.size(); layer++) {
      if (!DIGEST.matcher(layers.get(layer)).matches()) {
        throw new InvalidInputException(
            "digests: that of layer %s is %s; expected 64 hexadecimal digits in lower case"
                .formatted(layer, OneLine.quote(layers.get(layer))));
      }
      bytes.put(HexFormat.of().parseHex(layers.get(layer)));
    }
    byte[] written = new byte[bytes.flip().remaining()];
    bytes.get(written);
    return TableDigest.fromBytes(written);
  }
}
