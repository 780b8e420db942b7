package io.eplb.server.routes;

import io.eplb.server.http.Call;
import io.eplb.server.http.Reply;
import io.eplb.server.message.StartMessage;
import io.eplb.server.round.StartUp;
import java.util.concurrent.CompletionStage;

/** The route of the check at the start of a group. */
final class StartRoute {
  private final StartUp startUp;

  StartRoute(StartUp startUp) {
    this.startUp = startUp;
  }

  CompletionStage<Reply> answer(Call call) {
    StartMessage message =
        StartMessage.read(call.name(), call.query(), call.contentType(), call.body());
    return startUp
        .ask(message.group(), message.statement(), call.left(message.deadline()))
        .thenApply(report -> Reply.json(json -> StartUpDocument.write(report, json)));
  }
}
