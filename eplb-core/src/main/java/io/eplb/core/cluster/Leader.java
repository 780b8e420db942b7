package io.eplb.core.cluster;

/**
 * The leader of a group.
 *
 * @param epoch its epoch, greater than those of all leaders before
 * @param address the address that it stood with
 */
public record Leader(long epoch, String address) {}
