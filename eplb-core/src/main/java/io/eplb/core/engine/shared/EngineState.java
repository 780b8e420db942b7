package io.eplb.core.engine.shared;

/** The states of an engine, as its agent sees them. */
public enum EngineState {
  /** It has to be given a table. */
  STARTING,
  /** It loads the experts of the table that it was given. */
  LOADING,
  /** Its gate has opened; the gate may be broken. */
  SERVING,
  /** It has started anew; the agent has to attach again. */
  RESTARTED
}
