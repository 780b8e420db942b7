package io.eplb.core.isolation;

import io.eplb.api.Deadline;
import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.LayerRunner;
import io.eplb.api.LoadPhase;
import io.eplb.api.MigrationBudget;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOption;
import io.eplb.api.PolicyOptions;
import io.eplb.api.TransferCosts;
import io.eplb.api.wording.OneLine;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The message with the question that is put to a policy: the table, the load and the context. */
final class QuestionCodec {
  private QuestionCodec() {}

  /** The question as the policy gets it. */
  record Question(ExpertTable table, ExpertWorkload workload, PolicyContext context) {}

  static Frame write(ExpertTable table, ExpertWorkload workload, PolicyContext context) {
    Frame frame = Frame.of(Frame.Kind.PLAN);
    writeTopology(context.topology(), frame);
    writeTable(table, frame);
    writeWorkload(workload, frame);
    Map<String, Object> options = context.options().asMap();
    frame.put(options.size());
    options.forEach(
        (name, value) -> {
          frame.put(name);
          PolicyCodec.writeValue(value, frame);
        });
    frame.put(context.seed());
    frame.put(context.deadline().remainingNanos());
    MigrationBudget budget = context.migrationBudget();
    frame.put(budget.free()).put(budget.maxMovesPerLayer()).put(budget.maxMovesPerRank());
    writeRanks(context.ranks(), frame);
    TransferCosts costs = context.costs();
    frame.put(costs.known());
    if (costs.known()) {
      frame.put(costs.expertBytes()).put(costs.secondsPerByteWithinNode());
      frame.put(costs.secondsPerByteBetweenNodes());
    }
    frame.put(context.loadPhase()).put(context.dispatch()).put(context.hints().size());
    context.hints().forEach((key, value) -> frame.put(key).put(value));
    return frame;
  }

  /**
   * Reads a question.
   *
   * @param declared the options of the policy
   * @param runner runs the layers
   */
  static Question read(Frame frame, List<PolicyOption<?>> declared, LayerRunner runner)
      throws MalformedFrameException {
    EpTopology topology = readTopology(frame);
    ExpertTable table = readTable(topology, frame);
    ExpertWorkload workload = readWorkload(table, frame);
    Map<String, PolicyOption<?>> byName = new HashMap<>();
    declared.forEach(option -> byName.put(option.name(), option));
    Map<String, Object> options = new HashMap<>();
    for (int left = frame.getInt(); left > 0; left--) {
      String name = frame.getString();
      PolicyOption<?> option = byName.get(name);
      if (option == null) {
        throw new MalformedFrameException("the policy has no option " + OneLine.quote(name));
      }
      options.put(name, PolicyCodec.readValue(option.type(), frame));
    }
    PolicyContext.Builder context =
        PolicyContext.builder(topology)
            .options(PolicyOptions.of(declared, options))
            .seed(frame.getLong())
            .layerRunner(runner);
    long remaining = frame.getLong();
    if (remaining <= Deadline.MAX.toNanos()) {
      context.deadline(Deadline.in(Duration.ofNanos(remaining)));
    }
    boolean free = frame.getBoolean();
    MigrationBudget budget = MigrationBudget.of(frame.getInt(), frame.getInt());
    context.migrationBudget(free ? MigrationBudget.FREE : budget);
    context.ranks(readRanks(topology, frame));
    if (frame.getBoolean()) {
      context.costs(TransferCosts.of(frame.getLong(), frame.getDouble(), frame.getDouble()));
    }
    context.loadPhase(frame.getEnum(LoadPhase.class));
    context.dispatch(frame.getEnum(Dispatch.class));
    Map<String, String> hints = new TreeMap<>();
    for (int left = frame.getInt(); left > 0; left--) {
      hints.put(frame.getString(), frame.getString());
    }
    context.hints(hints);
    frame.end();
    return new Question(table, workload, context.build());
  }

  private static void writeTopology(EpTopology topology, Frame frame) {
    frame.put(topology.experts()).put(topology.ranks()).put(topology.nodes());
    frame.put(topology.expertGroups()).put(topology.slotsPerRank());
  }

  private static EpTopology readTopology(Frame frame) throws MalformedFrameException {
    return EpTopology.of(
        frame.getInt(), frame.getInt(), frame.getInt(), frame.getInt(), frame.getInt());
  }

  private static void writeRanks(EpRanks ranks, Frame frame) {
    int[] usable = new int[ranks.ranks()];
    double[] speeds = new double[ranks.ranks()];
    int[] domains = new int[ranks.ranks()];
    ranks.copyUsableSlots(usable, 0);
    ranks.copySpeeds(speeds, 0);
    for (int rank = 0; rank < domains.length; rank++) {
      domains[rank] = ranks.failureDomain(rank);
    }
    frame.put(usable).put(speeds).put(domains);
  }

  private static EpRanks readRanks(EpTopology topology, Frame frame)
      throws MalformedFrameException {
    int[] usable = frame.getInts();
    double[] speeds = frame.getDoubles();
    int[] domains = frame.getInts();
    if (usable.length != topology.ranks()
        || speeds.length != usable.length
        || domains.length != usable.length) {
      throw new MalformedFrameException("a list of ranks has another length than the topology");
    }
    EpRanks.Builder ranks = EpRanks.builder(topology);
    for (int rank = 0; rank < usable.length; rank++) {
      ranks.usableSlots(rank, usable[rank]).speed(rank, speeds[rank]);
      ranks.failureDomain(rank, domains[rank]);
    }
    return ranks.build();
  }

  private static void writeTable(ExpertTable table, Frame frame) {
    int slots = table.physicalExperts();
    int[] rows = new int[table.layers() * slots];
    for (int layer = 0; layer < table.layers(); layer++) {
      table.copyLayer(layer, rows, layer * slots);
    }
    frame.put(table.version()).put(table.layers()).put(rows);
  }

  private static ExpertTable readTable(EpTopology topology, Frame frame)
      throws MalformedFrameException {
    long version = frame.getLong();
    int layers = frame.getInt();
    return ExpertTable.of(
        version,
        topology.experts(),
        Placement.of(layers, topology.ranks(), topology.slotsPerRank(), frame.getInts()));
  }

  private static void writeWorkload(ExpertWorkload workload, Frame frame) {
    int slots = workload.physicalExperts();
    int layers = workload.layers();
    double[] tokens = new double[workload.windows() * layers * slots];
    for (int window = 0; window < workload.windows(); window++) {
      for (int layer = 0; layer < layers; layer++) {
        workload.copyLayer(window, layer, tokens, (window * layers + layer) * slots);
      }
    }
    double[] weights = new double[workload.windows() * layers];
    for (int window = 0; window < workload.windows(); window++) {
      for (int layer = 0; layer < layers; layer++) {
        weights[window * layers + layer] = workload.weight(window, layer);
      }
    }
    frame.put(workload.measuredUnder()).put(workload.windows()).put(tokens);
    frame.put(workload.windowId(0)).put(workload.measuredPerSlot());
    boolean weighted = Arrays.stream(weights).anyMatch(weight -> weight != 1.0);
    frame.put(weighted);
    if (weighted) {
      frame.put(weights);
    }
  }

  private static ExpertWorkload readWorkload(ExpertTable table, Frame frame)
      throws MalformedFrameException {
    ExpertWorkload workload =
        ExpertWorkload.of(
                frame.getLong(),
                frame.getInt(),
                table.layers(),
                table.ranks(),
                table.slotsPerRank(),
                frame.getDoubles())
            .withWindowIds(frame.getLong())
            .withMeasuredPerSlot(frame.getBoolean());
    return frame.getBoolean() ? workload.withWeights(frame.getDoubles()) : workload;
  }
}
