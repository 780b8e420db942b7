package io.eplb.policies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EplbPolicy;
import io.eplb.policies.deepseek.DefaultPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Tests that class path and module path offer the same policies. */
class ServicesTest {
  @Test
  void theServiceFileAndTheModuleProvideTheSamePolicies() throws IOException, URISyntaxException {
    Path classes = classes();
    List<String> lines =
        Files.readAllLines(classes.resolve("META-INF/services/" + EplbPolicy.class.getName()));
    assertEquals(provided(classes), new TreeSet<>(lines));
    assertEquals(lines.size(), Set.copyOf(lines).size());
  }

  @Test
  void everyProvidedPolicyLoadsAndHasANameOfItsOwn() throws IOException, URISyntaxException {
    Set<String> names = new TreeSet<>();
    for (EplbPolicy policy : ServiceLoader.load(EplbPolicy.class)) {
      assertTrue(policy.name().matches("[a-z][a-z0-9-]*"), policy.name());
      assertTrue(names.add(policy.name()), policy.name());
    }
    assertEquals(provided(classes()).size(), names.size());
    assertTrue(names.containsAll(List.of("default", "global", "hierarchical")), names::toString);
  }

  private static Set<String> provided(Path classes) throws IOException {
    try (InputStream in = Files.newInputStream(classes.resolve("module-info.class"))) {
      return new TreeSet<>(
          ModuleDescriptor.read(in).provides().stream()
              .filter(service -> service.service().equals(EplbPolicy.class.getName()))
              .findFirst()
              .orElseThrow()
              .providers());
    }
  }

  private static Path classes() throws URISyntaxException {
    URI location = DefaultPolicy.class.getProtectionDomain().getCodeSource().getLocation().toURI();
    return Path.of(location);
  }
}
