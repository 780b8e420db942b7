package io.eplb.server.routes;

import io.eplb.server.http.Call;
import io.eplb.server.http.Reply;
import io.eplb.server.observe.RoundRecord;
import io.eplb.server.planning.ModelStatus;
import io.eplb.server.planning.PlanAsk;
import io.eplb.server.planning.PlanService;
import io.eplb.server.problem.ProblemException;
import io.eplb.server.round.Rounds;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpStatus;

/** The routes that show groups. */
final class GroupRoutes {
  private final PlanService plans;
  private final Rounds rounds;

  GroupRoutes(PlanService plans, Rounds rounds) {
    this.plans = plans;
    this.rounds = rounds;
  }

  Reply list(Call call) {
    TreeMap<String, List<ModelStatus>> groups =
        plans.models().stream()
            .collect(Collectors.groupingBy(ModelStatus::group, TreeMap::new, Collectors.toList()));
    return Reply.json(json -> GroupDocument.writeList(groups, json));
  }

  Reply show(Call call) {
    String group = PlanAsk.requireGroup(call.name());
    boolean heat = Flag.of(call, Flag.HEAT);
    List<ModelStatus> models = plans.models(group);
    List<RoundRecord> decided = rounds.recent(group);
    if (models.isEmpty() && decided.isEmpty()) {
      throw ProblemException.of(
          HttpStatus.NOT_FOUND_404,
          "there is no group \"%s\"; GET /v1/groups lists those that asked".formatted(group));
    }
    return Reply.json(json -> GroupDocument.write(group, models, decided, heat, json));
  }
}
