package io.eplb.cli.shell;

import picocli.CommandLine.IVersionProvider;

/** The version of the program. */
public final class ProgramVersion implements IVersionProvider {
  @Override
  public String[] getVersion() {
    Class<?> program = ProgramVersion.class;
    String version = program.getPackage().getImplementationVersion();
    if (version == null && program.getModule().isNamed()) {
      version = program.getModule().getDescriptor().rawVersion().orElse(null);
    }
    return new String[] {"eplb " + (version == null ? "(development build)" : version)};
  }
}
