package io.eplb.policies.ascend;

/** The options of {@code swift}, read once per plan. */
record SwiftSettings(
    double imbalanceThreshold,
    double swapThreshold,
    int maxSwaps,
    double transferPrice,
    boolean intraNode) {}
