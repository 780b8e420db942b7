package io.eplb.cli.shell;

import io.eplb.api.InternalException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A signal of the operating system that a command answers itself. The JDK has no other way to it
 * than {@code sun.misc.Signal}, which is used by name because the compiler warns about it.
 */
public enum ProcessSignal {
  /** Asks to end. */
  TERM,
  /** Asks to end, by Ctrl-C. */
  INT,
  /** Asks to read the settings again. */
  HUP;

  private static final Logger LOG = LoggerFactory.getLogger(ProcessSignal.class);

  /**
   * Answers this signal from now on, on a thread of its own each time. Where the system does not
   * have it, nothing happens.
   */
  public void answer(Runnable action) {
    try {
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      handle(
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) -> {
                action.run();
                return null;
              }));
    } catch (ReflectiveOperationException missing) {
      throw new InternalException("this Java cannot answer signals", missing);
    }
  }

  /** Leaves this signal to the system again, which ends the process at once. */
  public void leave() {
    try {
      handle(Class.forName("sun.misc.SignalHandler").getField("SIG_DFL").get(null));
    } catch (ReflectiveOperationException missing) {
      throw new InternalException("this Java cannot answer signals", missing);
    }
  }

  private void handle(Object handler) throws ReflectiveOperationException {
    Class<?> type = Class.forName("sun.misc.Signal");
    Constructor<?> named = type.getConstructor(String.class);
    try {
      type.getMethod("handle", type, Class.forName("sun.misc.SignalHandler"))
          .invoke(null, named.newInstance(name()), handler);
    } catch (InvocationTargetException refused) {
      LOG.debug("the system has no signal {}", this, refused);
    }
  }
}
