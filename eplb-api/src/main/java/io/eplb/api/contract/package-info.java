/**
 * The rules of a policy's contract as objects, one class each, so that the core and the contract
 * kit judge by the same code.
 *
 * <p>{@link io.eplb.api.contract.PlacementRules} applies the rules to one proposed layer at a time
 * and reports the first breach with layer, rank, slot, rule and blame.
 */
@NullMarked
package io.eplb.api.contract;

import org.jspecify.annotations.NullMarked;
