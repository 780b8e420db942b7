package io.eplb.cli.pictures;

import io.eplb.cli.reports.TextReport;
import io.eplb.core.balance.RankLoads;
import io.eplb.core.load.LayerIds;
import java.util.ArrayList;
import java.util.List;

/**
 * A heat map of layers downwards and ranks to the right.
 *
 * @param name its heading
 * @param loads the load of each rank
 * @param scale the colours
 * @param nodes the number of nodes, whose edges are drawn
 * @param layers the model's own ids of the layers
 */
record HeatMap(String name, RankLoads loads, ColorScale scale, int nodes, LayerIds layers)
    implements Drawing {
  private static final int MOST_ROWS = 512;
  private static final int MOST_COLUMNS = 1024;
  private static final int MOST_NODES = 64;
  private static final int ROW = 5;
  private static final int LEAST_HEIGHT = 120;
  private static final int GREATEST_HEIGHT = 460;
  private static final int PIXELS_PER_TICK = 60;

  @Override
  public String html(String id) {
    int rows = Math.min(loads.layers(), MOST_ROWS);
    int columns = Math.min(loads.ranks(), MOST_COLUMNS);
    byte[] pixels = new byte[rows * columns];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        pixels[row * columns + column] = scale.level(hottest(row, rows, column, columns));
      }
    }
    int height = Math.min(GREATEST_HEIGHT, Math.max(LEAST_HEIGHT, ROW * loads.layers()));
    Plot plot = new Plot(id, name, description(), height);
    plot.with("<rect class=\"hatched\" width=\"100%\" height=\"100%\"/>\n");
    plot.with(image("day", rows, columns, pixels, false));
    plot.with(image("night", rows, columns, pixels, true));
    int stride = Math.max(1, (int) Axis.round(loads.layers() * (double) PIXELS_PER_TICK / height));
    for (int layer = 0; layer < loads.layers(); layer += stride) {
      plot.with(
          "<text class=\"tick\" x=\"-8\" y=\"%s\" dy=\".35em\" text-anchor=\"end\">%d</text>\n"
              .formatted(Plot.number(height * (layer + 0.5) / loads.layers()), layers.id(layer)));
    }
    if (nodes > 1 && nodes <= MOST_NODES) {
      for (int node = 1; node < nodes; node++) {
        String x = Plot.number(100.0 * node / nodes);
        plot.with(
            "<line class=\"node\" x1=\"%s%%\" x2=\"%s%%\" y1=\"0\" y2=\"%d\"/>"
                .formatted(x, x, height));
      }
    }
    plot.with("<rect class=\"frame\" width=\"100%\" height=\"100%\"/>\n");
    plot.ticks(Buckets.single(loads.ranks()), true).below("rank");
    return "<h3>%s</h3>\n<p class=\"axis\">layer</p>\n".formatted(HtmlPage.escaped(name))
        + plot.html();
  }

  private String description() {
    int worst = 0;
    for (int layer = 1; layer < loads.layers(); layer++) {
      if (loads.of(layer, loads.hottest(layer)) > loads.of(worst, loads.hottest(worst))) {
        worst = layer;
      }
    }
    int rank = loads.hottest(worst);
    return TextReport.text(
        "%d layers × %d ranks. The hottest is rank %d in layer %s with %.2f times the mean. The table"
            + " below has the hottest and the coldest rank of each layer.",
        loads.layers(), loads.ranks(), rank, layers.id(worst), loads.of(worst, rank));
  }

  private static String image(String style, int rows, int columns, byte[] pixels, boolean night) {
    return ("<image class=\"cells %s\" width=\"100%%\" height=\"100%%\" preserveAspectRatio=\"none\""
            + " href=\"%s\"/>\n")
        .formatted(style, PalettePng.uri(columns, rows, pixels, ColorScale.palette(night)));
  }

  /** Returns the greatest load of the ranks and layers that share a cell; NaN if all are dead. */
  private double hottest(int row, int rows, int column, int columns) {
    double hottest = Double.NaN;
    for (int layer = first(row, loads.layers(), rows);
        layer < first(row + 1, loads.layers(), rows);
        layer++) {
      for (int rank = first(column, loads.ranks(), columns);
          rank < first(column + 1, loads.ranks(), columns);
          rank++) {
        double load = loads.of(layer, rank);
        hottest = Double.isNaN(hottest) || load > hottest ? load : hottest;
      }
    }
    return hottest;
  }

  private static int first(int part, int whole, int parts) {
    return (int) ((long) part * whole / parts);
  }

  /** Returns a note for the caption: what was joined, if anything; the empty text otherwise. */
  static String note(RankLoads loads) {
    return loads.layers() > MOST_ROWS || loads.ranks() > MOST_COLUMNS
        ? " Cells too many to be seen are joined; the hottest of them is shown."
        : "";
  }

  /** Returns the hottest and the coldest rank of each layer in some maps, as a table. */
  static HtmlTable table(String caption, List<HeatMap> maps) {
    List<String> heads = new ArrayList<>(List.of("layer"));
    for (HeatMap map : maps) {
      heads.add(map.name + ": hottest");
      heads.add("on rank");
      heads.add("coldest");
      heads.add("on rank");
    }
    HtmlTable table = new HtmlTable(caption, heads);
    HeatMap first = maps.get(0);
    Buckets layers = Buckets.of(first.layers);
    for (int bucket = 0; bucket < layers.count(); bucket++) {
      int layer = layers.first(bucket);
      List<String> cells = new ArrayList<>();
      for (HeatMap map : maps) {
        int hot = map.loads.hottest(layer);
        int cold = map.loads.coldest(layer);
        cells.add(TextReport.text("%.4f", map.loads.of(layer, hot)));
        cells.add(String.valueOf(hot));
        cells.add(TextReport.text("%.4f", map.loads.of(layer, cold)));
        cells.add(String.valueOf(cold));
      }
      table.row(String.valueOf(first.layers.id(layer)), cells);
    }
    return table;
  }
}
