package io.eplb.api.contract;

import io.eplb.api.Blame;

/**
 * The numbered rules of the contract between the core and a policy, as listed at {@link
 * io.eplb.api.EplbPolicy}.
 */
public enum Rule {
  /** Input shapes agree. */
  I1(Blame.USER, "the shapes of table, workload, topology and ranks agree"),
  /** Loads are numbers that can be planned with. */
  I2(Blame.USER, "every load is finite and at least 0"),
  /** The current table serves every expert. */
  I3(Blame.USER, "every logical expert has at least one slot in every layer"),
  /** The topology divides as promised. */
  I4(Blame.USER, "nodes divide ranks and groups divide experts"),
  /** Options are valid. */
  I5(Blame.USER, "every option is declared, of its type and in range"),
  /** The answer has the shape of the current table. */
  P1(Blame.POLICY, "the answer has the shape of the current table"),
  /** Ids exist. */
  P2(Blame.POLICY, "ids are within 0 to experts − 1, and EMPTY where a rank cannot use a slot"),
  /** No expert is lost. */
  P3(Blame.POLICY, "every logical expert is placed at least once"),
  /** No memory is wasted on a second copy. */
  P4(Blame.POLICY, "no rank holds two replicas of one expert while it can do without"),
  /** A layer that is not marked does not change. */
  P5(Blame.POLICY, "a layer that is not marked as changed equals the current one"),
  /** Transfers stay within the budget. */
  P6(Blame.POLICY, "no more experts move than the migration budget allows"),
  /** Answers are reproducible. */
  P7(Blame.POLICY, "the same input gives the same answer"),
  /** Answers are in time. */
  P8(Blame.POLICY, "the answer comes before the deadline"),
  /** Shares and sources fit the placement. */
  P9(
      Blame.POLICY,
      "the shares of an expert sum to 1, and a source holds the expert it should give");

  private final Blame blame;
  private final String statement;

  Rule(Blame blame, String statement) {
    this.blame = blame;
    this.statement = statement;
  }

  /** Returns what the rule demands, in a clause. */
  public String statement() {
    return statement;
  }

  /** Returns whose fault a breach is: the user's for I1–I5, the policy's for P1–P9. */
  public Blame blame() {
    return blame;
  }
}
