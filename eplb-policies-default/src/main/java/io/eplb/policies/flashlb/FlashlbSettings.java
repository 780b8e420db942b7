package io.eplb.policies.flashlb;

/** The options of {@code flashlb}, read once per call; see {@link FlashlbPolicy} for meanings. */
record FlashlbSettings(
    int windowSize,
    double deviations,
    int depth,
    int width,
    double keepBonus,
    double leastGain,
    double updateRatio,
    double updateBalancedness) {}
