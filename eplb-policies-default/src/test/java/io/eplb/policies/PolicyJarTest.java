package io.eplb.policies;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EplbPolicy;
import io.eplb.api.kit.EplbPolicyContract;
import io.eplb.api.kit.architecture.PolicyJarContract;
import io.eplb.policies.deepseek.DefaultPolicy;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/** Tests that any core can load the jar, and that every policy has a contract test. */
class PolicyJarTest extends PolicyJarContract {
  PolicyJarTest() {
    super(DefaultPolicy.class);
  }

  @Test
  void everyPolicyHasAContractTestBesideIt() throws ClassNotFoundException {
    for (EplbPolicy policy : ServiceLoader.load(EplbPolicy.class)) {
      Class<?> contract = Class.forName(policy.getClass().getName() + "ContractTest");
      assertTrue(EplbPolicyContract.class.isAssignableFrom(contract), contract::getName);
    }
  }
}
