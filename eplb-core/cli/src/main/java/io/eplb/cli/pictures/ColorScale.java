package io.eplb.cli.pictures;

import io.eplb.cli.reports.TextReport;
import io.eplb.core.balance.RankLoads;
import java.util.Arrays;
import java.util.List;

/**
 * The colours of a rank's load as a multiple of the mean, the same for all heat maps of a page:
 * cold and hot differ in hue for every kind of colour vision, and the hottest differs most from the
 * paper in lightness too, so that it stands out on a grey print.
 *
 * @param reach the distance from the mean at which the colours end
 */
record ColorScale(double reach) {
  /** The colours, and one without colour for ranks that are dead. */
  static final int LEVELS = 64;

  private static final int DEAD = LEVELS - 1;

  /** Less would make noise look like trouble. */
  private static final double NARROWEST = 0.5;

  /** With more, one hot rank would make all others look alike. */
  private static final double WIDEST = 2.0;

  private static final int[] DAY = {0x4a86c5, 0x9cc1e6, 0xf4f3ef, 0xee9350, 0x8f2d04};
  private static final int[] NIGHT = {0x5b9bd8, 0x2f5f93, 0x262c33, 0xd2691e, 0xffd9a0};

  /** Returns the scale for some maps. */
  static ColorScale of(List<RankLoads> maps) {
    double reach = NARROWEST;
    for (RankLoads map : maps) {
      for (int layer = 0; layer < map.layers(); layer++) {
        for (int rank = 0; rank < map.ranks(); rank++) {
          double distance = Math.abs(map.of(layer, rank) - 1);
          reach = Double.isNaN(distance) ? reach : Math.max(reach, distance);
        }
      }
    }
    return new ColorScale(Math.min(reach, WIDEST));
  }

  /** Returns the number of the colour of a multiple of the mean; NaN is a dead rank. */
  byte level(double multiple) {
    if (Double.isNaN(multiple)) {
      return DEAD;
    }
    double place = Math.min(1, Math.max(-1, (multiple - 1) / reach));
    return (byte) Math.round((place + 1) / 2 * (DEAD - 1));
  }

  /** Returns the colours of all levels, 0xRRGGBB each; the last is for dead ranks. */
  static int[] palette(boolean night) {
    int[] stops = night ? NIGHT : DAY;
    int[] colors = new int[LEVELS];
    for (int level = 0; level < DEAD; level++) {
      double at = (stops.length - 1) * level / (double) (DEAD - 1);
      int from = Math.min((int) at, stops.length - 2);
      colors[level] = mixed(stops[from], stops[from + 1], at - from);
    }
    return colors;
  }

  private static int mixed(int from, int to, double share) {
    int color = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int low = from >> shift & 0xff;
      int high = to >> shift & 0xff;
      color |= (int) Math.round(low + (high - low) * share) << shift;
    }
    return color;
  }

  /** Returns the markup of the scale from the least load to the greatest. */
  String legend(boolean dead) {
    double low = Math.max(0, 1 - reach);
    double high = 1 + reach;
    double mean = (1 - low) / (high - low);
    return """
    <div class="scale"><div class="bar-day" style="background:%s"></div>\
    <div class="bar-night" style="background:%s"></div>
    <span>%s</span><span class="mean" style="left:%s%%">1 = mean</span><span class="high">%s</span></div>
    %s"""
        .formatted(
            gradient(low, high, false),
            gradient(low, high, true),
            TextReport.text("%.2f", low),
            Plot.number(100 * mean),
            TextReport.text("%.2f × mean", high) + (reach == WIDEST ? " and more" : ""),
            dead ? "<p class=\"note\">Hatched: a rank that is dead.</p>\n" : "");
  }

  private String gradient(double low, double high, boolean night) {
    int[] palette = palette(night);
    int stops = 16;
    String[] colors = new String[stops + 1];
    Arrays.setAll(colors, at -> "#%06x".formatted(palette[level(low + (high - low) * at / stops)]));
    return "linear-gradient(90deg," + String.join(",", colors) + ")";
  }
}
