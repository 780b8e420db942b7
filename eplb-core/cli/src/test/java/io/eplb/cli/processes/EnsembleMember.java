package io.eplb.cli.processes;

import io.eplb.cli.shell.ParentProcess;
import org.apache.zookeeper.server.quorum.QuorumPeerMain;

/** A server of an ensemble as ZooKeeper's own program; it ends with its standard input. */
public final class EnsembleMember {
  private EnsembleMember() {}

  /** Runs the server of a configuration file. */
  public static void main(String[] arguments) {
    ParentProcess.follow(System.in);
    QuorumPeerMain.main(arguments);
  }
}
