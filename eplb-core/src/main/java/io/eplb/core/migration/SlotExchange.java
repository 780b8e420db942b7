package io.eplb.core.migration;

/**
 * A slot and a buffer of one rank whose contents change places.
 *
 * @param rank the rank
 * @param slot of the rank, in the layer concerned
 * @param buffer of the rank
 */
public record SlotExchange(int rank, int slot, int buffer) {}
