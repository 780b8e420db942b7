package io.eplb.cli.processes;

import java.util.List;

/**
 * The options of a group's programs beyond those that join them, each as on a command line.
 *
 * @param engine those of every engine
 * @param agent those of every agent
 * @param planner those of every planner
 */
public record ProgramOptions(List<String> engine, List<String> agent, List<String> planner) {
  /** Copies the lists. */
  public ProgramOptions {
    engine = List.copyOf(engine);
    agent = List.copyOf(agent);
    planner = List.copyOf(planner);
  }
}
