package io.eplb.server.rpc;

import io.eplb.api.EpTopology;
import io.eplb.api.InvalidInputException;
import io.eplb.api.LoadPhase;
import io.eplb.api.wording.OneLine;
import io.eplb.core.load.LoadRecording;
import io.eplb.core.runtime.MeasuredLoad;
import io.eplb.core.runtime.RankLoads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A part of a rank's totals that fits into one message: the numbers of all phases, layers and
 * experts, one after another, from a position on.
 */
final class LoadsPart {
  /** The most numbers of a rank's totals: 128 MB of them. */
  private static final int MOST_NUMBERS = 1 << 24;

  /** A message holds what stands before the numbers, and one more number. */
  private static final int ROOM = 64;

  private final long incarnation;
  private final List<LoadPhase> phases;
  private final int layers;
  private final int experts;

  /** The numbers from the position on; all that are left, or as many as a message held. */
  private final long[] tokens;

  private LoadsPart(
      long incarnation, List<LoadPhase> phases, int layers, int experts, long[] tokens) {
    this.incarnation = incarnation;
    this.phases = phases;
    this.layers = layers;
    this.experts = experts;
    this.tokens = tokens;
  }

  /** Returns the numbers of this part. */
  int count() {
    return tokens.length;
  }

  /** Copies the numbers of this part. */
  void copyTo(long[] numbers, int from) {
    System.arraycopy(tokens, 0, numbers, from, tokens.length);
  }

  /** Returns how many numbers there are in all parts. */
  int numbers() {
    return Math.toIntExact((long) phases.size() * layers * experts);
  }

  /** Returns whether another part is of the same totals. */
  boolean continues(LoadsPart before) {
    return incarnation == before.incarnation
        && phases.equals(before.phases)
        && layers == before.layers
        && experts == before.experts;
  }

  /** Returns the totals of a rank from a position on; {@link #write} cuts them. */
  static LoadsPart of(RankLoads loads, int from) {
    List<MeasuredLoad> all = loads.loads();
    int layers = all.isEmpty() ? 1 : all.get(0).tokens().layers();
    int experts = all.isEmpty() ? 1 : all.get(0).tokens().experts();
    int perPhase = layers * experts;
    long[] tokens = new long[Math.max(0, all.size() * perPhase - from)];
    for (int index = 0; index < tokens.length; index++) {
      int at = from + index;
      LoadRecording phase = all.get(at / perPhase).tokens();
      int within = at % perPhase;
      tokens[index] = (long) phase.tokens(0, within / experts, within % experts);
    }
    return new LoadsPart(
        loads.incarnation(),
        all.stream().map(MeasuredLoad::phase).toList(),
        layers,
        experts,
        tokens);
  }

  /** Returns the totals of numbers that belong to this shape. */
  RankLoads toLoads(long[] numbers) {
    List<MeasuredLoad> loads = new ArrayList<>();
    int perPhase = layers * experts;
    for (int phase = 0; phase < phases.size(); phase++) {
      double[] tokens = new double[perPhase];
      for (int index = 0; index < perPhase; index++) {
        tokens[index] = numbers[phase * perPhase + index];
      }
      loads.add(new MeasuredLoad(phases.get(phase), LoadRecording.of(1, layers, experts, tokens)));
    }
    return new RankLoads(incarnation, loads);
  }

  static void write(MessageWriter message, LoadsPart part) {
    message
        .number(part.incarnation)
        .list(part.phases, LoadsPart::writePhase)
        .number(part.layers)
        .number(part.experts);
    for (long number : part.tokens) {
      if (message.size() > MessageWriter.MOST_BYTES - ROOM) {
        return;
      }
      message.number(number);
    }
  }

  static LoadsPart read(MessageReader message) {
    long incarnation = message.number("the incarnation");
    List<LoadPhase> phases = message.list("phases", LoadsPart::phase);
    int layers = message.whole("the layers", 1, EpTopology.MAX_LAYERS);
    int experts = message.whole("the experts", 1, EpTopology.MAX_EXPERTS);
    if ((long) phases.size() * layers * experts > MOST_NUMBERS) {
      throw new InvalidInputException(
          "%d phases × %d layers × %d experts are more than %d numbers"
              .formatted(phases.size(), layers, experts, MOST_NUMBERS));
    }
    long[] tokens = new long[message.left()];
    int read = 0;
    while (message.left() > 0) {
      tokens[read++] = message.number("the tokens");
    }
    return new LoadsPart(incarnation, phases, layers, experts, Arrays.copyOf(tokens, read));
  }

  /** Adds a phase to a message. */
  static void writePhase(MessageWriter message, LoadPhase phase) {
    message.text(phase.name());
  }

  /** Reads a phase. */
  static LoadPhase phase(MessageReader message) {
    String name = message.text("the phase");
    try {
      return LoadPhase.valueOf(name);
    } catch (IllegalArgumentException unknown) {
      throw new InvalidInputException(
          "the phase is %s; expected one of %s"
              .formatted(OneLine.quote(name), Arrays.toString(LoadPhase.values())),
          unknown);
    }
  }
}
