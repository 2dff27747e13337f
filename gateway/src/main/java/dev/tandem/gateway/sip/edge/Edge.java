package dev.tandem.gateway.sip.edge;

/**
 * The parts of the gateway that make it the edge of a PBX.
 *
 * @param homes who keeps whom
 * @param registers passes registrations on
 * @param calls takes what users send to who keeps them
 * @param devices finds the device that a PBX means
 */
public record Edge(
    Homes homes, ForwardedRegisters registers, HomeCalls calls, DeviceRoutes devices) {}
