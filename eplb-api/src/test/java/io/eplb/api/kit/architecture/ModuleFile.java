package io.eplb.api.kit.architecture;

import io.eplb.api.EplbPolicy;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.net.URL;
import java.util.List;
import java.util.Optional;

/**
 * The policies that a jar's module descriptor provides.
 *
 * @param sortedProviders the classes that it provides as policies, by alphabet
 */
record ModuleFile(List<String> sortedProviders) {
  static final String PATH = "module-info.class";

  /** Reads the descriptor of a jar or of a folder with classes; empty without one. */
  static Optional<ModuleFile> of(URL location) {
    try (InputStream content = JarEntries.open(location, PATH)) {
      return Optional.of(
          new ModuleFile(
              ModuleDescriptor.read(content).provides().stream()
                  .filter(provided -> provided.service().equals(EplbPolicy.class.getName()))
                  .flatMap(provided -> provided.providers().stream())
                  .sorted()
                  .toList()));
    } catch (FileNotFoundException noModule) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + PATH + " of " + location, e);
    }
  }
}
