package io.eplb.server.planning;

import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.LayerEnd;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOption;
import io.eplb.api.Rebalance;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A policy that does what a test says, under a name that the question gives as an option. */
public final class ScriptedPolicy implements EplbPolicy {
  static final String NAME = "scripted";

  private static final PolicyOption<String> SCRIPT =
      PolicyOption.text("script", "", "The name of a test's script.");
  private static final Map<String, Script> SCRIPTS = new ConcurrentHashMap<>();

  /** The part of a policy that a test writes, and what the policy was told. */
  public static final class Script {
    private final Plan plan;
    final List<String> ends = Collections.synchronizedList(new ArrayList<>());
    final List<String> closed = Collections.synchronizedList(new ArrayList<>());

    private Script(Plan plan) {
      this.plan = plan;
    }
  }

  /** Plans. */
  public interface Plan {
    Rebalance plan(ExpertTable table, ExpertWorkload load, PolicyContext context) throws Exception;
  }

  private final List<LayerEnd> told = new ArrayList<>();
  private String script = "";

  /** Writes a script. */
  public static Script write(String name, Plan plan) {
    Script script = new Script(plan);
    SCRIPTS.put(name, script);
    return script;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<PolicyOption<?>> options() {
    return List.of(SCRIPT);
  }

  @Override
  public Rebalance rebalanceExperts(ExpertTable table, ExpertWorkload load, PolicyContext context) {
    script = context.options().get(SCRIPT);
    Script found = SCRIPTS.get(script);
    if (found == null) {
      return Rebalance.unchanged(table);
    }
    told.forEach(end -> found.ends.add(end.layer() + " " + end.outcome()));
    told.clear();
    try {
      return found.plan.plan(table, load, context);
    } catch (RuntimeException failure) {
      throw failure;
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }

  @Override
  public void layerEnded(LayerEnd end) {
    told.add(end);
  }

  @Override
  public void close() {
    Script found = SCRIPTS.get(script);
    if (found != null) {
      found.closed.add(Thread.currentThread().getName());
    }
  }
}
