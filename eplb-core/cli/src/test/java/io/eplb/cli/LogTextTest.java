package io.eplb.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.joran.spi.JoranException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The log of the command line is one line per event; stack traces are for those who ask. */
class LogTextTest {
  @Test
  void anExceptionIsNotPrintedUnlessAskedFor() throws JoranException {
    assertEquals("eplb: WARN a copy failed\n", written(null));
    assertTrue(written("%rEx{full}").contains("\tat "));
  }

  private static String written(@Nullable String exceptions) throws JoranException {
    LoggerContext context = new LoggerContext();
    if (exceptions != null) {
      context.putProperty("eplb.log.exceptions", exceptions);
    }
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(Objects.requireNonNull(Eplb.class.getResource("logback.xml")));
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    ConsoleAppender<ILoggingEvent> appender =
        (ConsoleAppender<ILoggingEvent>) root.getAppender("STDERR");
    PatternLayoutEncoder encoder = (PatternLayoutEncoder) appender.getEncoder();
    LoggingEvent event =
        new LoggingEvent(
            "", root, Level.WARN, "a copy failed", new IllegalStateException("broken"), null);
    String text = new String(encoder.encode(event), StandardCharsets.UTF_8);
    context.stop();
    return text.replace("\r\n", "\n");
  }
}
