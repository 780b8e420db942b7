package io.eplb.core.update.promise;

import io.eplb.core.engine.shared.AgentGate;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/** A gate as far as a living agent reaches it: a dead one changes nothing any more. */
final class ReachedGate implements RankGate {
  private final AgentGate gate;
  private final Party agent;
  private final Arrows arrows;
  private final Complaints complaints;

  ReachedGate(AgentGate gate, Party agent, Arrows arrows, Complaints complaints) {
    this.complaints = complaints;
    this.gate = gate;
    this.agent = agent;
    this.arrows = arrows;
  }

  @Override
  public Status status() {
    return gate.status();
  }

  @Override
  public View view() {
    return gate.view();
  }

  @Override
  public boolean promise(Change change, long fence) {
    return cross(
        "gate: promise " + change.name() + " from step " + fence,
        () -> gate.promise(change, fence));
  }

  @Override
  public void commit() {
    cross("gate: commit", gate::commit);
  }

  @Override
  public void withdraw() {
    cross("gate: withdraw", gate::withdraw);
  }

  @Override
  public void fail(String reason) {
    if (gate.status().phase() != Phase.BROKEN) {
      // A rank that has promised every switch misses none.
      complaints.add(agent, "a sound rank is stopped: " + reason);
    }
    cross("gate: fail, " + reason, () -> gate.fail(reason));
  }

  private void cross(String what, Runnable call) {
    cross(
        what,
        () -> {
          call.run();
          return true;
        });
  }

  private boolean cross(String what, BooleanSupplier call) {
    AtomicBoolean result = new AtomicBoolean();
    arrows.cross(
        agent,
        what,
        () -> {
          if (agent.isAlive()) {
            result.set(call.getAsBoolean());
          }
        });
    return result.get();
  }
}
