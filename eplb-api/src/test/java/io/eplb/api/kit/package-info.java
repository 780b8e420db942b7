/**
 * The contract kit: proves that a policy keeps the rules of {@link io.eplb.api.EplbPolicy}. It
 * needs JUnit Jupiter and the API; {@link io.eplb.api.kit.architecture} needs ArchUnit as well.
 *
 * <p>Declare, all in test scope, {@code io.eplb:eplb-api} with type {@code test-jar}, {@code
 * org.junit.jupiter:junit-jupiter} and, for the architecture rules, {@code
 * com.tngtech.archunit:archunit} (a test-jar brings no dependencies along). Then:
 *
 * <pre>{@code
 * class GreedyPolicyContractTest extends EplbPolicyContract {
 *   @Override
 *   protected EplbPolicy newPolicy() {
 *     return new GreedyPolicy();
 *   }
 * }
 *
 * class GreedyPolicyArchitectureTest extends PolicyJarContract {
 *   GreedyPolicyArchitectureTest() {
 *     super(GreedyPolicy.class);
 *   }
 * }
 * }</pre>
 */
@NullMarked
package io.eplb.api.kit;

import org.jspecify.annotations.NullMarked;
