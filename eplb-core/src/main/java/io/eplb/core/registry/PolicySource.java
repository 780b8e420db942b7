package io.eplb.core.registry;

import io.eplb.api.EplbPolicy;
import java.nio.file.Path;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Supplier;

/**
 * A source of policies: a jar of the class path, a module or a jar with a class loader of its own.
 *
 * @param location the path of the jar or folder, or another name for messages
 * @param jar the jar of a policy folder; empty for the class path and modules
 * @param open starts a service loader over the source
 */
record PolicySource(String location, Optional<Path> jar, Supplier<ServiceLoader<EplbPolicy>> open) {
  /** Returns the source with all providers that a class loader sees. */
  static PolicySource of(String location, ClassLoader loader) {
    return new PolicySource(
        location, Optional.empty(), () -> ServiceLoader.load(EplbPolicy.class, loader));
  }

  /** Returns the source with the providers of a jar of a policy folder. */
  static PolicySource of(Path jar, PolicyJarLoader loader) {
    return new PolicySource(
        jar.toString(), Optional.of(jar), () -> ServiceLoader.load(EplbPolicy.class, loader));
  }

  /** Returns the source with all providers of the modules of a layer. */
  static PolicySource of(ModuleLayer layer) {
    return new PolicySource(
        "module path", Optional.empty(), () -> ServiceLoader.load(layer, EplbPolicy.class));
  }
}
