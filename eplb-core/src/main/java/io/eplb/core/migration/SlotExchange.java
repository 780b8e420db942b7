package io.eplb.core.migration;

/**
 * A slot and a buffer of one rank whose contents change places.
 *
 * @param rank the rank
 * @param slot the number of the slot within rank and layer
 * @param buffer the number of the buffer within the rank
 */
public record SlotExchange(int rank, int slot, int buffer) {}
