package io.eplb.server.rpc;

import io.eplb.core.runtime.RankMeasures;
import io.eplb.core.update.promise.RankLink;
import io.eplb.server.http.Route;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The routes by which a planner in another process reaches the agent of a rank. */
public final class RankRoutes {
  private RankRoutes() {}

  /** Returns the routes of a rank. */
  public static List<Route> of(RankLink rank, RankMeasures measures) {
    return List.of(
        OperationRoute.of(
            RankOperations.JOIN,
            asked -> rank.join(asked.epoch(), asked.firstNumber(), asked.version())),
        OperationRoute.of(
            RankOperations.PREPARE,
            asked -> done(rank.prepare(asked.incarnation(), asked.preparation()))),
        OperationRoute.of(RankOperations.NEXT_STEP, asked -> rank.nextStep(asked.number())),
        OperationRoute.of(
            RankOperations.PROMISE,
            asked ->
                rank.promise(
                    asked.incarnation(),
                    asked.name(),
                    asked.layers(),
                    asked.fence(),
                    asked.digest())),
        OperationRoute.of(
            RankOperations.OUTCOME,
            asked ->
                done(
                    rank.outcome(
                        asked.incarnation(), asked.name(), asked.committed(), asked.version()))),
        OperationRoute.of(
            RankOperations.SWITCHED,
            asked -> done(rank.switched(asked.incarnation(), asked.name(), asked.version()))),
        OperationRoute.of(
            RankOperations.RELEASE,
            asked -> done(rank.release(asked.incarnation(), asked.epoch(), asked.number()))),
        OperationRoute.of(MeasureOperations.STEPS, asked -> measures.steps()),
        OperationRoute.of(
            MeasureOperations.LOADS,
            from -> measures.loads().thenApply(loads -> LoadsPart.of(loads, from))));
  }

  private static CompletionStage<Codec.Done> done(CompletionStage<Void> stage) {
    return stage.thenApply(nothing -> Codec.Done.DONE);
  }
}
