package io.eplb.api.kit;

import org.jspecify.annotations.Nullable;

/** Asks a policy about one scenario and judges one thing about its answers. */
@FunctionalInterface
interface Check {
  /** Returns what is wrong, or null if nothing is, or if another check is there to say it. */
  @Nullable Fault firstFault(Scenario scenario);
}
