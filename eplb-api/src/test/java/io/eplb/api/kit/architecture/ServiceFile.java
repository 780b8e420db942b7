package io.eplb.api.kit.architecture;

import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The entries of a jar's service file.
 *
 * @param sortedEntries class names, by alphabet, as often as they are listed
 */
record ServiceFile(List<String> sortedEntries) {
  static final String PATH = "META-INF/services/io.eplb.api.EplbPolicy";

  /** Reads the service file of a jar or of a folder with classes; no file means no entries. */
  static ServiceFile of(URL location) {
    List<String> entries = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(JarEntries.open(location, PATH), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int comment = line.indexOf('#');
        String entry = (comment < 0 ? line : line.substring(0, comment)).strip();
        if (!entry.isEmpty()) {
          entries.add(entry);
        }
      }
    } catch (FileNotFoundException noServiceFile) {
      return new ServiceFile(List.of());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + PATH + " of " + location, e);
    }
    entries.sort(null);
    return new ServiceFile(List.copyOf(entries));
  }
}
