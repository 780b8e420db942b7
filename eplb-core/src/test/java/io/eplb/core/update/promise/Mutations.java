package io.eplb.core.update.promise;

import io.eplb.core.engine.shared.AgentGate;
import io.eplb.core.engine.shared.EngineGate;
import io.eplb.core.record.RecordEntry;
import java.util.List;

/**
 * The faults that schedules have to find, each in one place of the protocol. Whoever changes that
 * place brings the list up to date; whoever adds a rule to the protocol adds the fault that breaks
 * it. Faults that schedules find too seldom are held by {@link RankSideTest}, {@link RankStartTest}
 * and {@link PromisedUpdaterTest}.
 */
final class Mutations {
  static final List<Mutation> ALL =
      List.of(
          new Mutation(
              RankSide.class,
              """
                  if (!gate.promise(wanted.change(), fence)) {
                    return new Promise(false, gate.status().nextStep());
                  }
              """,
              """
                  gate.promise(wanted.change(), fence);
              """,
              "a rank promises not to begin a step that it has begun"),
          new Mutation(
              RankSide.class,
              "case UNKNOWN -> {}",
              "case UNKNOWN -> withdrawn(promised);",
              "a rank takes an outcome that it does not know for void"),
          new Mutation(
              RankSide.class,
              "LOG.debug(\"rank {}: the record did not answer\", rank, thrown);",
              "withdrawn(promised);",
              "a rank takes a record that does not answer for a void switch"),
          new Mutation(
              RankSide.class,
              "case COMMITTED -> {}\n    }",
              "case COMMITTED -> carriedOut(promised);\n    }",
              "buffers are free before their exchange"),
          new Mutation(
              RankSide.class,
              """
                      if (status.waiting()) {
                        ask(promised);
                      }
              """,
              "",
              "a rank waits at the fence for ever if its planner is dead"),
          new Mutation(
              RankSide.class, "      gate.commit();\n", "", "the gate does not learn of a commit"),
          new Mutation(
              RankSide.class,
              "    gate.withdraw();\n",
              "",
              "the gate does not learn of a void switch"),
          new Mutation(
              RankSide.class,
              "if (pending != null) {",
              "if (pending != null && pending.fence() < 0) {",
              "a new agent does not know the promise of its gate"),
          new Mutation(
              RankSide.class,
              """
                  if (pending.committed()) {
                    follow(inherited);
                  }
              """,
              "",
              "a new agent does not know that its gate has committed"),
          new Mutation(
              OpenPromise.class,
              "return !asking || now - askedAt >= patienceNanos;",
              "return !asking;",
              "a rank waits for ever for an answer that was lost"),
          new Mutation(
              PreparedLayer.class,
              "    idle.andNot(running);\n",
              "",
              "a buffer is free while a copy writes to it"),
          new Mutation(
              PreparedLayers.class,
              "copy.thenRun(() -> weights.verify(layer, receive.expert(), rank, buffer))",
              "copy",
              "an expert is not verified"),
          new Mutation(
              PreparedLayers.class,
              "if (wanted.intersects(used)) {",
              "if (rank < 0) {",
              "a preparation takes buffers that are used"),
          new Mutation(
              PromisedSwitch.class,
              "if (!answers.value(rank).given()) {",
              "if (rank < 0) {",
              "a switch is committed without the promise of all"),
          new Mutation(
              PromisedSwitch.class,
              "fastest + group.lead().steps()",
              "fastest",
              "the fence is the next step of the fastest rank"),
          new Mutation(
              PromisedSwitch.class,
              "    name = group.names().ofSwitch();\n    start();",
              "    start();",
              "a void switch is tried again with the same name"),
          new Mutation(
              PromisedSwitch.class,
              "if (entry.isCommitted(name)) {",
              "if (!entry.isProposed(name)) {",
              "the planner takes a void switch for a committed one"),
          new Mutation(
              PromisedSwitch.class,
              "\n                .thenCompose(nothing -> rank.switched(after.version()))",
              "",
              "the planner does not wait until ranks have switched"),
          new Mutation(
              PromisedRun.class,
              "inFlight.stream().allMatch(LayerInFlight::isPrepared)",
              "inFlight.stream().anyMatch(LayerInFlight::isPrepared)",
              "a layer is switched before it is prepared"),
          new Mutation(
              RecordEntry.class,
              "byEpoch, version, fence, digest, State.SETTLED, lastSwitch, isSettledCommit(), layers);",
              "byEpoch, version, fence, digest, state, lastSwitch, committed, layers);",
              "a planner takes over without voiding what is undecided"),
          new Mutation(
              RecordEntry.class,
              "if (version > versionBefore) {",
              "if (version >= versionBefore) {",
              "a void switch is taken for a committed one"),
          new Mutation(
              RecordEntry.class,
              "return later || (state == State.SETTLED && name.equals(lastSwitch))",
              "return later || name.equals(lastSwitch)",
              "a proposed switch is taken for a void one"),
          new Mutation(
              RecordEntry.class,
              "name.compareTo(lastSwitch) > 0);",
              "name.compareTo(lastSwitch) >= 0);",
              "a void switch is proposed again by a repeated message"),
          new Mutation(
              RecordEntry.class,
              "return name.epoch() == epoch && ",
              "return ",
              "a deposed planner proposes a switch"),
          new Mutation(
              RecordEntry.class,
              "if (!isProposed(name) || from <= fence) {",
              "if (from <= fence) {",
              "a void switch is committed"),
          new Mutation(
              RecordEntry.class,
              """
                  if (!isProposed(name)) {
                    throw new IllegalStateException(name + " cannot be voided; the record is at " + this);
                  }
              """,
              "",
              "a committed switch is voided"),
          new Mutation(
              AgentGate.class,
              "long promised = GateWord.of(GateWord.PROMISED, fence, open);",
              "long promised = GateWord.of(GateWord.PROMISED, fence + 1, open);",
              "the fence runs with the old table"),
          new Mutation(
              EngineGate.class,
              "if (!steps.noneInFlight()) {",
              "if (step < 0) {",
              "slots are exchanged under a step that reads them"),
          new Mutation(
              EngineGate.class,
              "      table = after;\n",
              "",
              "steps go on with the old rows after the exchange"),
          new Mutation(
              EngineGate.class,
              "          exchange(layer.layer(), exchange);\n",
              "",
              "slots are not exchanged"),
          new Mutation(
              EngineGate.class,
              "if (attempt == ATTEMPTS) {",
              "if (attempt == ATTEMPTS && attempt > 0) {\nreturn;\n}\nif (attempt == ATTEMPTS) {",
              "an exchange that fails is left out"),
          new Mutation(
              EngineGate.class,
              "        memory.set(GateMemory.WAITING, step);\n",
              "",
              "the agent does not learn that a step waits"),
          new Mutation(
              AgentGate.class,
              "replace(promised, GateWord.of(GateWord.COMMITTED, GateWord.fence(promised), promised));",
              "replace(promised, GateWord.of(GateWord.OPEN, GateWord.NO_FENCE, promised));",
              "a commit opens the gate"),
          new Mutation(
              RankStart.class,
              "Math.max(inForce.entry().fence(), nextStep)",
              "nextStep",
              "a rank restarts below the fence of its table"),
          new Mutation(
              RankSide.class,
              """
                  prepared.switched(promised.layers());
                  prepared.giveBack(promised.inherited());
              """,
              """
                  prepared.switched(promised.layers());
              """,
              "a new agent keeps the buffers of a switch that its gate has carried out"),
          new Mutation(
              RankSide.class,
              """
                  prepared.withdraw(promised.layers());
                  prepared.giveBack(promised.inherited());
              """,
              """
                  prepared.withdraw(promised.layers());
              """,
              "a new agent keeps the buffers of a switch that is void"),
          new Mutation(
              PreparedLayers.class,
              "if (ending && copies == 0) {",
              "if (ending) {",
              "a copy writes to memory that the next start of the engine has"));

  private Mutations() {}
}
