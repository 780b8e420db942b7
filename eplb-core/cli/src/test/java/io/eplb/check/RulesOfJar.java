package io.eplb.check;

import io.eplb.api.kit.architecture.PolicyJarContract;

/** The rules for jars on the one that is checked. */
class RulesOfJar extends PolicyJarContract {
  RulesOfJar() {
    super(CheckedJar.type());
  }
}
