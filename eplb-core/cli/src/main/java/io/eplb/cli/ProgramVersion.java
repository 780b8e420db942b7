package io.eplb.cli;

import picocli.CommandLine.IVersionProvider;

/** Says which version of the program runs. */
final class ProgramVersion implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = Eplb.class.getPackage().getImplementationVersion();
    if (version == null && Eplb.class.getModule().isNamed()) {
      version = Eplb.class.getModule().getDescriptor().rawVersion().orElse(null);
    }
    return new String[] {"eplb " + (version == null ? "(development build)" : version)};
  }
}
