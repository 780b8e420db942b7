package io.eplb.server.rpc;

import io.eplb.core.runtime.RankConnection;
import io.eplb.server.http.Route;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** The routes by which a planner in another process reaches the agent of a rank. */
public final class RankRoutes {
  private RankRoutes() {}

  /**
   * Returns the routes of a rank.
   *
   * @param rank the rank at this moment; an exception refuses the request
   */
  public static List<Route> of(Supplier<RankConnection> rank) {
    return List.of(
        OperationRoute.of(
            RankOperations.JOIN,
            asked -> rank.get().link().join(asked.epoch(), asked.firstNumber(), asked.version())),
        OperationRoute.of(
            RankOperations.PREPARE,
            asked -> done(rank.get().link().prepare(asked.incarnation(), asked.preparation()))),
        OperationRoute.of(
            RankOperations.NEXT_STEP, asked -> rank.get().link().nextStep(asked.number())),
        OperationRoute.of(
            RankOperations.PROMISE,
            asked ->
                rank.get()
                    .link()
                    .promise(
                        asked.incarnation(),
                        asked.name(),
                        asked.layers(),
                        asked.fence(),
                        asked.digest())),
        OperationRoute.of(
            RankOperations.OUTCOME,
            asked ->
                done(
                    rank.get()
                        .link()
                        .outcome(
                            asked.incarnation(),
                            asked.name(),
                            asked.committed(),
                            asked.version()))),
        OperationRoute.of(
            RankOperations.SWITCHED,
            asked -> done(rank.get().link().switched(asked.incarnation(), asked.version()))),
        OperationRoute.of(
            RankOperations.RELEASE,
            asked ->
                done(
                    rank.get().link().release(asked.incarnation(), asked.epoch(), asked.number()))),
        OperationRoute.of(MeasureOperations.STEPS, asked -> rank.get().measures().steps()),
        OperationRoute.of(
            MeasureOperations.LOADS,
            from -> rank.get().measures().loads().thenApply(loads -> LoadsPart.of(loads, from))));
  }

  private static CompletionStage<Codec.Done> done(CompletionStage<Void> stage) {
    return stage.thenApply(nothing -> Codec.Done.DONE);
  }
}
