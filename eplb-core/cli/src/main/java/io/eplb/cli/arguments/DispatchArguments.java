package io.eplb.cli.arguments;

import io.eplb.api.Dispatch;
import io.eplb.api.InvalidInputException;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.Settings;
import java.util.Arrays;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The option for the way in which the engine divides an expert's tokens among its replicas. */
public final class DispatchArguments {
  @Option(
      names = "--dispatch",
      paramLabel = "even|lp|single",
      converter = Labels.class,
      completionCandidates = Names.class,
      description =
          "How the engine divides an expert's tokens among its replicas: in equal parts, by a"
              + " linear program for each batch, or all of a batch to one (default: even).")
  private @Nullable Dispatch dispatch;

  /** Returns whether the option is given. */
  boolean given() {
    return dispatch != null;
  }

  /** Returns the configuration with the option over it. */
  public EplbConfig over(EplbConfig config) {
    return dispatch == null ? config : config.with(Settings.DISPATCH, dispatch.label());
  }

  private static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(Dispatch.values()).map(Dispatch::label).iterator();
    }
  }

  private static final class Labels implements ITypeConverter<Dispatch> {
    @Override
    public Dispatch convert(String text) {
      try {
        return Dispatch.of(text);
      } catch (InvalidInputException unknown) {
        throw new TypeConversionException(String.valueOf(unknown.getMessage()));
      }
    }
  }
}
