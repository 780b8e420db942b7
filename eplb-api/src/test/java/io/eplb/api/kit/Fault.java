package io.eplb.api.kit;

/**
 * A mistake of a policy.
 *
 * @param what in a clause
 * @param call in which call
 * @param layer in which layer; 0 where the whole answer is meant
 */
record Fault(String what, Call call, int layer) {}
