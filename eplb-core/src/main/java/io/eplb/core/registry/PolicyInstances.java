package io.eplb.core.registry;

import io.eplb.api.EplbPolicy;
import io.eplb.core.foreign.ContextLoader;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Makes the instances of one policy, in this process or in another home. */
final class PolicyInstances implements AutoCloseable {
  private final ServiceLoader.Provider<EplbPolicy> provider;
  private final PolicyClass place;
  private final @Nullable PolicyHome home;

  /** An instance of a home that nobody uses yet; to start another process would take time. */
  private final AtomicReference<@Nullable EplbPolicy> spare = new AtomicReference<>();

  /**
   * Makes none yet.
   *
   * @param home the home of the instances; null is this process
   */
  PolicyInstances(
      PolicySource source, ServiceLoader.Provider<EplbPolicy> provider, @Nullable PolicyHome home) {
    this.provider = provider;
    this.place = new PolicyClass(source.jar(), provider.type().getName());
    this.home = home;
  }

  /** Returns the policy's class, which has perhaps not been initialised. */
  Class<?> type() {
    return provider.type();
  }

  /** Returns whether instances live in another place than this process. */
  boolean elsewhere() {
    return home != null;
  }

  /** Returns whether the jar is no longer the one that was found, which explains any failure. */
  boolean overwritten() {
    return type().getClassLoader() instanceof PolicyJarLoader jar && jar.overwritten();
  }

  /** Makes an instance; whatever the policy throws is thrown on. */
  EplbPolicy make() {
    if (home == null) {
      return ContextLoader.within(type().getClassLoader(), provider);
    }
    EplbPolicy kept = spare.getAndSet(null);
    return kept == null ? home.newInstance(place) : kept;
  }

  /** Takes an instance back that has only been asked for its declaration. */
  void giveBack(EplbPolicy instance) {
    if (home != null) {
      spare.set(instance);
    }
  }

  @Override
  public void close() {
    EplbPolicy unused = spare.getAndSet(null);
    if (unused != null) {
      unused.close();
    }
  }
}
