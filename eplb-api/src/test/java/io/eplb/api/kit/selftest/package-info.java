/**
 * Proves that every test of the contract kit catches what it is there to catch, and nothing else.
 */
@NullMarked
package io.eplb.api.kit.selftest;

import org.jspecify.annotations.NullMarked;
