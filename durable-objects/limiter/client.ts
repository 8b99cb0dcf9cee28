/** The only door to a limiter's object: one object for each counter of each subject. */

/** `name` is a MAC (`worker/auth/limits.ts` makes it): an object's name is seen by whoever runs the platform. */
export const limiter = (env: Pick<Env, 'LIMITER'>, name: string) => env.LIMITER.getByName(name);
