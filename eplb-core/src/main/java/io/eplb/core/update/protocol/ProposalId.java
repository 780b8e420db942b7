package io.eplb.core.update.protocol;

/**
 * The unique name of one stage of one layer on its way to its new row.
 *
 * @param update the number of its update
 * @param version the version of the table before it
 * @param layer the layer
 */
public record ProposalId(long update, long version, int layer) {
  @Override
  public String toString() {
    return "layer %d of update %d from version %d".formatted(layer, update, version);
  }
}
