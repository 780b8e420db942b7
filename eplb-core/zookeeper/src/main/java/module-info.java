/**
 * Membership, election and the commit record of many processes, on Apache ZooKeeper.
 *
 * <p>ZooKeeper and Curator are no modules, and two jars of ZooKeeper share packages. They stand on
 * the class path, and a program on the module path starts with {@code --add-reads
 * io.eplb.zookeeper=ALL-UNNAMED}.
 */
module io.eplb.zookeeper {
  requires static org.jspecify;
  requires com.fasterxml.jackson.core;
  requires transitive io.eplb.core;
  requires org.slf4j;

  exports io.eplb.zookeeper;
}
