package io.eplb.server.metrics;

/** The value of one series of a scrape. */
final class SeriesValue {
  private SeriesValue() {}

  static double of(String scrape, String series) {
    return scrape
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .map(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + series + " in\n" + scrape));
  }
}
