package io.eplb.cli.arguments;

import io.eplb.core.format.placement.PlacementFormats;
import java.util.Iterator;

/** The names of the placement formats, for help texts and shell completion. */
public final class FormatNames implements Iterable<String> {
  @Override
  public Iterator<String> iterator() {
    return PlacementFormats.names().iterator();
  }
}
