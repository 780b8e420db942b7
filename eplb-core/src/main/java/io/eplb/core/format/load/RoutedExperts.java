package io.eplb.core.format.load;

import io.eplb.api.EpTopology;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.Counted;
import io.eplb.core.argument.Require;
import io.eplb.core.format.ArrayForm;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.numpy.NumpyKinds;
import io.eplb.core.format.numpy.NumpyRows;
import io.eplb.core.load.LoadTrace;
import java.util.Arrays;

/**
 * Counts the experts that tokens were routed to, as vLLM and SGLang return them with {@code
 * --enable-return-routed-experts}: an NPY array of tokens × layers × experts per token, ids of
 * logical experts. A number of tokens makes a window; those left over at the end are left out.
 * {@value #PADDING} is a choice that was not made, with which SGLang pads, and is not counted.
 *
 * <p>Example: three tokens of one layer with the ids (0, 2), (0, 1) and (2, 1), two tokens per
 * window: one window with the loads 2, 1, 1.
 */
public final class RoutedExperts extends LoadTrace {
  private static final int PADDING = -1;
  private static final ArrayForm FORM =
      new ArrayForm(3, 3, "tokens × layers × experts per token, ids of experts");

  private final InputSource source;
  private final NumpyRows tokens;
  private final int tokensPerWindow;
  private final int chosen;
  private final double[] ids;
  private long token;

  private RoutedExperts(InputSource source, NumpyRows tokens, int experts, int tokensPerWindow) {
    super(tokens.length(0) / tokensPerWindow, tokens.length(1), experts);
    this.source = source;
    this.tokens = tokens;
    this.tokensPerWindow = tokensPerWindow;
    this.chosen = Require.inRange("experts per token", tokens.length(2), 1, EpTopology.MAX_EXPERTS);
    this.ids = new double[Math.multiplyExact(layers(), chosen)];
  }

  /**
   * Opens a file for a walk through its windows; it may be larger than memory.
   *
   * @param experts the logical experts of a layer, 1 to {@value EpTopology#MAX_EXPERTS}
   * @param tokensPerWindow 1 or more; 0 for all tokens in one window
   * @throws InvalidInputException if it cannot be read or is no such array, a number is out of
   *     range, or the file has fewer tokens than a window; a fault in the ids is found when their
   *     window is read
   */
  public static LoadTrace open(InputSource source, int experts, int tokensPerWindow) {
    Require.inRange("experts", experts, 1, EpTopology.MAX_EXPERTS);
    Require.inRange("the tokens of a window", tokensPerWindow, 0, Integer.MAX_VALUE);
    NumpyRows tokens = NumpyRows.open(source, FORM, NumpyKinds.NUMBERS);
    try {
      int inWindow = tokensPerWindow == 0 ? tokens.length(0) : tokensPerWindow;
      if (inWindow > tokens.length(0)) {
        throw source.fault(
            "has %s, fewer than the %s of a window"
                .formatted(Counted.of(tokens.length(0), "token"), inWindow));
      }
      return source.naming(() -> new RoutedExperts(source, tokens, experts, inWindow));
    } catch (InvalidInputException refused) {
      tokens.close();
      throw refused;
    }
  }

  @Override
  protected void read(int window, double[] destination) {
    Arrays.fill(destination, 0, layers() * experts(), 0.0);
    for (long end = token + tokensPerWindow; token < end; token++) {
      tokens.read(ids, ids.length);
      for (int at = 0; at < ids.length; at++) {
        double id = ids[at];
        if (id == PADDING) {
          continue;
        }
        if (!(id >= 0 && id < experts() && id == Math.rint(id))) {
          throw source.fault(
              "token %s, layer %s, choice %s is %s; expected the id of an expert, from 0 to %s, or −1 for none"
                  .formatted(
                      token,
                      at / chosen,
                      at % chosen,
                      id == (long) id ? Long.toString((long) id) : Double.toString(id),
                      experts() - 1));
        }
        destination[at / chosen * experts() + (int) id]++;
      }
    }
  }

  @Override
  protected InvalidInputException fault(String what) {
    return source.fault(what);
  }

  @Override
  public LoadTrace again() {
    return open(source, experts(), tokensPerWindow);
  }

  @Override
  public void close() {
    tokens.close();
  }
}
