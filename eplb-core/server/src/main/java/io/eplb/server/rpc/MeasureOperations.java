package io.eplb.server.rpc;

import io.eplb.core.runtime.RankSteps;

/** The requests of {@link io.eplb.core.runtime.RankMeasures} as messages. */
final class MeasureOperations {
  static final Operation<Codec.Done, RankSteps> STEPS =
      new Operation<>(
          "steps",
          false,
          Codec.done(),
          new Codec<>(
              (message, steps) ->
                  message
                      .number(steps.incarnation())
                      .list(
                          steps.phases(),
                          (list, phase) -> {
                            LoadsPart.writePhase(list, phase.phase());
                            list.number(phase.ended());
                          }),
              message ->
                  new RankSteps(
                      message.number("the incarnation"),
                      message.list(
                          "phases",
                          list ->
                              new RankSteps.PhaseSteps(
                                  LoadsPart.phase(list), list.number("the steps"))))));

  /** The totals from a position on. */
  static final Operation<Integer, LoadsPart> LOADS =
      new Operation<>(
          "loads",
          false,
          new Codec<>(
              (message, from) -> message.number(from),
              message -> message.whole("the position", 0, Integer.MAX_VALUE)),
          new Codec<>(LoadsPart::write, LoadsPart::read));

  private MeasureOperations() {}
}
