package io.eplb.core.update.protocol;

/**
 * Names one step of one layer on its way to new rows, for ever.
 *
 * @param update the update that it belongs to
 * @param version the version of the table that it starts from
 * @param layer the layer
 */
public record ProposalId(long update, long version, int layer) {
  @Override
  public String toString() {
    return "layer %d of update %d from version %d".formatted(layer, update, version);
  }
}
