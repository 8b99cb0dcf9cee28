/**
 * An object as its callers see it: every method answers a promise. Simpler than the platform's own mapping, which walks
 * through every type that crosses and gives up on deep ones; what crosses here is plain data by construction.
 */

type Method<Value> = Value extends (...given: infer Given) => infer Result
  ? (...given: Given) => Promise<Awaited<Result>>
  : never;

export type Remote<Type> = {
  [Name in keyof Type as Type[Name] extends (...given: never[]) => unknown ? Name : never]: Method<
    Type[Name]
  >;
} & DurableObjectStub;

/** The stub of an object, seen as what it is. */
export const remote = <Type extends Rpc.DurableObjectBranded | undefined>(
  stub: DurableObjectStub<Type>,
): Remote<Type> => stub as unknown as Remote<Type>;
