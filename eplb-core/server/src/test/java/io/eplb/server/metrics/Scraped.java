package io.eplb.server.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.base.Splitter;
import com.google.common.collect.SetMultimap;
import com.google.common.collect.TreeMultimap;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The series of a scrape, with which queries are compared. */
final class Scraped {
  private static final Pattern METRIC =
      Pattern.compile("\\b((?:eplb|jvm)_[a-z_]+[a-z0-9_]*)\\b(?:\\{([^}]*)})?");
  private static final Pattern GROUPING = Pattern.compile("\\bby \\(([^)]*)\\)");
  private static final Pattern SERIES = Pattern.compile("^([a-z_]+)(?:\\{([^}]*)})? .*");
  private static final Pattern LABEL = Pattern.compile("\\b([a-z]+)=~?\"([^\"]*)\"");

  private final SetMultimap<String, String> labels = TreeMultimap.create();
  private final Set<String> pairs = new HashSet<>();

  Scraped(String scrape) {
    for (String line : Splitter.on('\n').split(scrape)) {
      Matcher series = SERIES.matcher(line);
      if (series.matches()) {
        labels.put(series.group(1), "");
        Matcher label = LABEL.matcher(series.group(2) == null ? "" : series.group(2));
        while (label.find()) {
          labels.put(series.group(1), label.group(1));
          pairs.add(series.group(1) + " " + label.group(1) + " " + label.group(2));
        }
      }
    }
  }

  /** Returns the names of our own metrics. */
  Set<String> names() {
    return labels.keySet().stream()
        .filter(name -> name.startsWith("eplb_"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  boolean hasLabel(String metric, String label) {
    return labels.get(metric).contains(label);
  }

  /** Returns the labels of a metric, without those of a histogram. */
  Set<String> labels(String metric) {
    Set<String> own = new TreeSet<>(labels.get(metric));
    own.removeAll(Set.of("", "le"));
    return own;
  }

  /** Checks that all metrics, labels and words of a query are exported; returns its metrics. */
  Set<String> metrics(String query) {
    Set<String> used = new TreeSet<>();
    Matcher metric = METRIC.matcher(query);
    while (metric.find()) {
      assertTrue(labels.containsKey(metric.group(1)), metric.group(1) + " is not exported");
      used.add(metric.group(1));
      Matcher label = LABEL.matcher(metric.group(2) == null ? "" : metric.group(2));
      while (label.find()) {
        String name = label.group(1);
        assertTrue(hasLabel(metric.group(1), name), query + " has no label " + name);
        assertTrue(
            label.group(2).startsWith("$")
                || pairs.contains(metric.group(1) + " " + name + " " + label.group(2)),
            query + " has no " + name + " " + label.group(2));
      }
    }
    assertFalse(used.isEmpty(), query);
    Matcher grouping = GROUPING.matcher(query);
    while (grouping.find()) {
      for (String name : Splitter.on(", ").split(grouping.group(1))) {
        used.forEach(of -> assertEquals(true, hasLabel(of, name), of + " has no label " + name));
      }
    }
    return used;
  }
}
