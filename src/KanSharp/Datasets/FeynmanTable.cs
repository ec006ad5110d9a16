namespace KanSharp.Datasets;

/// <summary>
/// The equations of <see cref="FeynmanProblem"/>, one a line: name | variable=low:high, .. | formula | unit of each variable, .. -> unit of the value. Names that stand for two equations in pykan, or are
/// misspelt there, are those of the source (I.18.12, II.10.9).
/// </summary>
internal static class FeynmanTable
{
    public const string Text = """
        I.6.20a | theta=-3:3 | exp(-theta^2/2)/sqrt(2*pi) | 1 -> 1
        I.6.20 | theta=-1:1, sigma=0.5:2 | exp(-theta^2/(2*sigma^2))/sqrt(2*pi*sigma^2) | 1, 1 -> 1
        I.6.20b | theta=-1.5:1.5, theta1=-1.5:1.5, sigma=0.5:2 | exp(-(theta - theta1)^2/(2*sigma^2))/sqrt(2*pi*sigma^2) | m, m, m -> 1/m
        I.8.4 | x1=-1:1, x2=-1:1, y1=-1:1, y2=-1:1 | sqrt((x2 - x1)^2 + (y2 - y1)^2) | m, m, m, m -> m
        I.9.18 | G=-1:1, m1=-1:1, m2=-1:1, x1=-1:-0.5, x2=0.5:1, y1=-1:-0.5, y2=0.5:1, z1=-1:-0.5, z2=0.5:1 | G*m1*m2/((x2 - x1)^2 + (y2 - y1)^2 + (z2 - z1)^2) | m^3/kg/s^2, kg, kg, m, m, m, m, m, m -> N
        I.10.7 | m0=0:1, v=0:1, c=1:2 | m0/sqrt(1 - v^2/c^2) | kg, m/s, m/s -> kg
        I.11.19 | x1=-1:1, y1=-1:1, x2=-1:1, y2=-1:1, x3=-1:1, y3=-1:1 | x1*y1 + x2*y2 + x3*y3 | m, N, m, N, m, N -> J
        I.12.1 | mu=-1:1, N_n=-1:1 | mu*N_n | 1, N -> N
        I.12.2 | q1=-1:1, q2=-1:1, epsilon=0.5:2, r=0.5:2 | q1*q2/(4*pi*epsilon*r^2) | C, C, F/m, m -> N
        I.12.4 | q1=-1:1, epsilon=0.5:2, r=0.5:2 | q1/(4*pi*epsilon*r^2) | C, F/m, m -> V/m
        I.12.5 | q2=-1:1, E_f=-1:1 | q2*E_f | C, V/m -> N
        I.12.11 | q=-1:1, E_f=-1:1, B=-1:1, v=-1:1, theta=0:2*pi | q*(E_f + B*v*sin(theta)) | C, V/m, T, m/s, 1 -> N
        I.13.4 | m=-1:1, u=-1:1, v=-1:1, w=-1:1 | 1/2*m*(u^2 + v^2 + w^2) | kg, m/s, m/s, m/s -> J
        I.13.12 | G=0:1, m1=0:1, m2=0:1, r1=0.5:2, r2=0.5:2 | G*m1*m2*(1/r2 - 1/r1) | m^3/kg/s^2, kg, kg, m, m -> J
        I.14.3 | m=0:1, g=0:1, z=-1:1 | m*g*z | kg, m/s^2, m -> J
        I.14.4 | k_s=0:1, x=-1:1 | 1/2*k_s*x^2 | N/m, m -> J
        I.15.3x | x=-1:1, u=-1:1, t=-1:1, c=1:2 | (x - u*t)/sqrt(1 - u^2/c^2) | m, m/s, s, m/s -> m
        I.15.3t | t=-1:1, u=-1:1, x=-1:1, c=1:2 | (t - u*x/c^2)/sqrt(1 - u^2/c^2) | s, m/s, m, m/s -> s
        I.15.10 | m0=-1:1, v=-0.9:0.9, c=1.1:2 | m0*v/sqrt(1 - v^2/c^2) | kg, m/s, m/s -> kg*m/s
        I.16.6 | u=-0.8:0.8, v=-0.8:0.8, c=1:2 | (u + v)/(1 + u*v/c^2) | m/s, m/s, m/s -> m/s
        I.18.4 | m1=0.5:1, r1=-1:1, m2=0.5:1, r2=-1:1 | (m1*r1 + m2*r2)/(m1 + m2) | kg, m, kg, m -> m
        I.18.12 | r=-1:1, F=-1:1, theta=0:2*pi | r*F*sin(theta) | m, N, 1 -> J
        I.18.16 | m=-1:1, r=-1:1, v=-1:1, theta=0:2*pi | m*r*v*sin(theta) | kg, m, m/s, 1 -> J*s
        I.24.6 | m=0:1, omega=-1:1, omega_0=-1:1, x=-1:1 | 1/4*m*(omega^2 + omega_0^2)*x^2 | kg, 1/s, 1/s, m -> J
        I.25.13 | q=-1:1, C=0.5:2 | q/C | C, F -> V
        I.26.2 | n=0:0.99, theta2=0:2*pi | asin(n*sin(theta2)) | 1, 1 -> 1
        I.27.6 | d1=0.5:2, d2=1:2, n=0.5:2 | 1/(1/d1 + n/d2) | m, m, 1 -> m
        I.29.4 | omega=0:1, c=0.5:2 | omega/c | 1/s, m/s -> 1/m
        I.29.16 | x1=-1:1, x2=-1:1, theta1=0:2*pi, theta2=0:2*pi | sqrt(x1^2 + x2^2 - 2*x1*x2*cos(theta1 - theta2)) | m, m, 1, 1 -> m
        I.30.3 | I_0=0:1, n=0:4, theta=0.4*pi:1.6*pi | I_0*sin(n*theta/2)^2/sin(theta/2)^2 | W/m^2, 1, 1 -> W/m^2
        I.30.5 | lambda=-1:1, n=1:1.5, d=1:1.5 | asin(lambda/(n*d)) | m, 1, m -> 1
        I.32.5 | q=-1:1, a=-1:1, epsilon=0.5:2, c=0.5:2 | q^2*a^2/(epsilon*c^3) | C, m/s^2, F/m, m/s -> W
        I.32.17 | epsilon=0:1, c=0:1, E_f=-1:1, r=0:1, omega=0:1, omega_0=1:2 | 1/2*epsilon*c*E_f^2*(8*pi*r^2/3)*(omega^4/(omega^2 - omega_0^2)^2) | F/m, m/s, V/m, m, 1/s, 1/s -> W
        I.34.8 | q=-1:1, V=-1:1, B=-1:1, p=0.5:2 | q*V*B/p | C, m/s, T, kg*m/s -> 1/s
        I.34.10 | omega_0=0:1, v=0:0.9, c=1.1:2 | omega_0/(1 - v/c) | 1/s, m/s, m/s -> 1/s
        I.34.14 | omega_0=0:1, v=-0.9:0.9, c=1.1:2 | omega_0*(1 + v/c)/sqrt(1 - v^2/c^2) | 1/s, m/s, m/s -> 1/s
        I.34.27 | hbar=-1:1, omega=-1:1 | hbar*omega | J*s, 1/s -> J
        I.37.4 | I_1=0.1:1, I_2=0.1:1, delta=0:2*pi | I_1 + I_2 + 2*sqrt(I_1*I_2)*cos(delta) | W/m^2, W/m^2, 1 -> W/m^2
        I.38.12 | epsilon=0:1, hbar=0:1, m=0.5:2, q=0.5:2 | 4*pi*epsilon*hbar^2/(m*q^2) | F/m, J*s, kg, C -> m
        I.39.10 | p_F=0:1, V=0:1 | 3/2*p_F*V | Pa, m^3 -> J
        I.39.11 | gamma=1.5:3, p_F=0:1, V=0:1 | p_F*V/(gamma - 1) | 1, Pa, m^3 -> J
        I.39.22 | n=0:1, k_b=0:1, T=0:1, V=0.5:2 | n*k_b*T/V | 1, J/K, K, m^3 -> Pa
        I.40.1 | n_0=0:1, m=-1:1, g=-1:1, x=-1:1, k_b=1:2, T=1:2 | n_0*exp(-m*g*x/(k_b*T)) | 1/m^3, kg, m/s^2, m, J/K, K -> 1/m^3
        I.41.16 | hbar=0.5:1, omega=0.5:1, c=0.5:2, k_b=0.5:2, T=0.5:2 | hbar*omega^3/(pi^2*c^2*(exp(hbar*omega/(k_b*T)) - 1)) | J*s, 1/s, m/s, J/K, K -> J/m^2
        I.43.16 | mu=0:1, q=0:1, V_e=0:1, d=0.5:2 | mu*q*V_e/d | s/kg, C, V, m -> m/s
        I.43.31 | mu=0:1, k_b=0:1, T=0:1 | mu*k_b*T | s/kg, J/K, K -> m^2/s
        I.43.43 | gamma=1.5:3, k_b=0:1, v=0:1, A=0.5:2 | k_b*v/A/(gamma - 1) | 1, J/K, m/s, m^2 -> W/m/K
        I.44.4 | n=0:1, k_b=0:1, T=0:1, V_1=0.5:2, V_2=0.5:2 | n*k_b*T*log(V_2/V_1) | 1, J/K, K, m^3, m^3 -> J
        I.47.23 | gamma=0.1:1, p=0.1:1, rho=0.5:2 | sqrt(gamma*p/rho) | 1, Pa, kg/m^3 -> m/s
        I.48.20 | m=0:1, v=-0.9:0.9, c=1.1:2 | m*c^2/sqrt(1 - v^2/c^2) | kg, m/s, m/s -> J
        I.50.26 | x_1=0:1, alpha=0:1, omega=0:2*pi, t=0:1 | x_1*(cos(omega*t) + alpha*cos(omega*t)^2) | m, 1, 1/s, s -> m
        II.2.42 | kappa=0:1, T_1=0:1, T_2=0:1, A=0:1, d=0.5:2 | kappa*(T_2 - T_1)*A/d | W/m/K, K, K, m^2, m -> W
        II.3.24 | P=0:1, r=0.5:2 | P/(4*pi*r^2) | W, m -> W/m^2
        II.4.23 | q=0:1, epsilon=0.5:2, r=0.5:2 | q/(4*pi*epsilon*r) | C, F/m, m -> V
        II.6.11 | epsilon=0.5:2, p_d=0:1, theta=0:2*pi, r=0.5:2 | 1/(4*pi*epsilon)*p_d*cos(theta)/r^2 | F/m, C*m, 1, m -> V
        II.6.15a | epsilon=0.5:2, p_d=0:1, z=0:1, x=0:1, y=0:1, r=0.5:2 | 3/(4*pi*epsilon)*p_d*z/r^5*sqrt(x^2 + y^2) | F/m, C*m, m, m, m, m -> V/m
        II.6.15b | epsilon=0.5:2, p_d=0:1, r=0.5:2, theta=0:2*pi | 3/(4*pi*epsilon)*p_d/r^3*cos(theta)*sin(theta) | F/m, C*m, m, 1 -> V/m
        II.8.7 | q=0:1, epsilon=0.5:2, d=0.5:2 | 3/5*q^2/(4*pi*epsilon*d) | C, F/m, m -> J
        II.8.31 | epsilon=0:1, E_f=0:1 | 1/2*epsilon*E_f^2 | F/m, V/m -> J/m^3
        II.10.9 | sigma=0:1, epsilon=0.5:2, chi=0:1 | sigma/epsilon/(1 + chi) | C/m^2, F/m, 1 -> V/m
        II.11.3 | q=0:1, E_f=0:1, m=0.5:2, omega_0=1.5:3, omega=0:1 | q*E_f/(m*(omega_0^2 - omega^2)) | C, V/m, kg, 1/s, 1/s -> m
        II.11.17 | n_0=0:1, p_d=-1:1, E_f=-1:1, theta=0:2*pi, k_b=0.5:2, T=0.5:2 | n_0*(1 + p_d*E_f*cos(theta)/(k_b*T)) | 1/m^3, C*m, V/m, 1, J/K, K -> 1/m^3
        II.11.20 | n=0:1, p_d=0:1, E_f=0:1, k_b=0.5:2, T=0.5:2 | n*p_d^2*E_f/(3*k_b*T) | 1/m^3, C*m, V/m, J/K, K -> C/m^2
        II.11.27 | n=0:1, alpha=0:2, epsilon=0:1, E_f=0:1 | n*alpha/(1 - n*alpha/3)*epsilon*E_f | 1/m^3, m^3, F/m, V/m -> C/m^2
        II.11.28 | n=0:1, alpha=0:2 | 1 + n*alpha/(1 - n*alpha/3) | 1/m^3, m^3 -> 1
        II.13.17 | epsilon=0.5:2, c=0.5:2, l=0:1, r=0.5:2 | 1/(4*pi*epsilon*c^2)*(2*l/r) | F/m, m/s, A, m -> T
        II.13.23 | rho=0:1, v=0:1, c=1:2 | rho/sqrt(1 - v^2/c^2) | C/m^3, m/s, m/s -> C/m^3
        II.13.34 | rho=0:1, v=0:1, c=1:2 | rho*v/sqrt(1 - v^2/c^2) | C/m^3, m/s, m/s -> A/m^2
        II.15.4 | mu_M=0:1, B=0:1, theta=0:2*pi | -mu_M*B*cos(theta) | J/T, T, 1 -> J
        II.15.5 | p_d=0:1, E_f=0:1, theta=0:2*pi | -p_d*E_f*cos(theta) | C*m, V/m, 1 -> J
        II.21.32 | q=0:1, epsilon=0.5:2, r=0.5:2, v=0:1, c=1:2 | q/(4*pi*epsilon*r*(1 - v/c)) | C, F/m, m, m/s, m/s -> V
        II.24.17 | omega=1:1.5, c=0.75:1, d=pi:1.5*pi | sqrt(omega^2/c^2 - pi^2/d^2) | 1/s, m/s, m -> 1/m
        II.27.16 | epsilon=0:1, c=0:1, E_f=-1:1 | epsilon*c*E_f^2 | F/m, m/s, V/m -> W/m^2
        II.27.18 | epsilon=0:1, E_f=-1:1 | epsilon*E_f^2 | F/m, V/m -> J/m^3
        II.34.2a | q=0:1, v=0:1, r=0.5:2 | q*v/(2*pi*r) | C, m/s, m -> A
        II.34.2 | q=0:1, v=0:1, r=0:1 | q*v*r/2 | C, m/s, m -> J/T
        II.34.11 | g=0:1, q=0:1, B=0:1, m=0.5:2 | g*q*B/(2*m) | 1, C, T, kg -> 1/s
        II.34.29a | q=0:1, h=0:1, m=0.5:2 | q*h/(4*pi*m) | C, J*s, kg -> J/T
        II.34.29b | g=0:1, mu=0:1, B=0:1, J=0:1, hbar=0.5:2 | g*mu*B*J/hbar | 1, J/T, T, J*s, J*s -> J
        II.35.18 | n0=0:1, mu=0:1, B=0:1, k_b=0.5:2, T=0.5:2 | n0/(exp(mu*B/(k_b*T)) + exp(-mu*B/(k_b*T))) | 1/m^3, J/T, T, J/K, K -> 1/m^3
        II.35.21 | n=0:1, mu=0:1, B=0:1, k_b=0.5:2, T=0.5:2 | n*mu*tanh(mu*B/(k_b*T)) | 1/m^3, J/T, T, J/K, K -> A/m
        II.36.38 | mu=0:1, B=0:1, k_b=0.5:2, T=0.5:2, alpha=0:1, M=0:1, epsilon=0.5:2, c=0.5:2 | mu*B/(k_b*T) + mu*alpha*M/(epsilon*c^2*k_b*T) | J/T, T, J/K, K, 1, A/m, F/m, m/s -> 1
        II.37.1 | mu=0:1, chi=0:1, B=0:1 | mu*(1 + chi)*B | J/T, 1, T -> J
        II.38.3 | Y=0:1, A=0:1, x=0:1, d=0.5:2 | Y*A*x/d | Pa, m^2, m, m -> N
        II.38.14 | Y=0:1, sigma=0:1 | Y/(2*(1 + sigma)) | Pa, 1 -> Pa
        III.4.32 | hbar=0.5:1, omega=0.5:1, k_b=0.5:2, T=0.5:2 | 1/(exp(hbar*omega/(k_b*T)) - 1) | J*s, 1/s, J/K, K -> 1
        III.4.33 | hbar=0:1, omega=0:1, k_b=0.5:2, T=0.5:2 | hbar*omega/(exp(hbar*omega/(k_b*T)) - 1) | J*s, 1/s, J/K, K -> J
        III.7.38 | mu=0:1, B=0:1, hbar=0.5:2 | 2*mu*B/hbar | J/T, T, J*s -> 1/s
        III.8.54 | E=0:2*pi, t=0:1, hbar=0.5:2 | sin(E*t/hbar)^2 | J, s, J*s -> 1
        III.9.52 | p_d=0:1, E_f=0:1, t=0:1, hbar=0.5:2, omega=0:pi, omega_0=0:pi | p_d*E_f*t/hbar*sin((omega - omega_0)*t/2)^2/((omega - omega_0)*t/2)^2 | C*m, V/m, s, J*s, 1/s, 1/s -> 1
        III.10.19 | mu=0:1, B_x=0:1, B_y=0:1, B_z=0:1 | mu*sqrt(B_x^2 + B_y^2 + B_z^2) | J/T, T, T, T -> J
        III.12.43 | n=0:1, hbar=0:1 | n*hbar | 1, J*s -> J*s
        III.13.18 | E=0:1, d=0:1, k=0:1, hbar=0.5:2 | 2*E*d^2*k/hbar | J, m, 1/m, J*s -> m/s
        III.14.14 | I_0=0:1, q=0:1, V_e=0:1, k_b=0.5:2, T=0.5:2 | I_0*(exp(q*V_e/(k_b*T)) - 1) | A, C, V, J/K, K -> A
        III.15.12 | U=0:1, k=0:2*pi, d=0:1 | 2*U*(1 - cos(k*d)) | J, 1/m, m -> J
        III.15.14 | hbar=0:1, E=0.5:2, d=0.5:2 | hbar^2/(2*E*d^2) | J*s, J, m -> kg
        III.15.27 | alpha=0:1, n=0.5:2, d=0.5:2 | 2*pi*alpha/(n*d) | 1, 1, m -> 1/m
        III.17.37 | beta=0:1, alpha=0:1, theta=0:2*pi | beta*(1 + alpha*cos(theta)) | 1, 1, 1 -> 1
        III.19.51 | m=0:1, q=0:1, epsilon=0.5:2, hbar=0.5:2, n=0.5:2 | -m*q^4/(2*(4*pi*epsilon)^2*hbar^2)*1/n^2 | kg, C, F/m, J*s, 1 -> J
        III.21.20 | rho=0:1, q=0:1, A=0:1, m=0.5:2 | -rho*q*A/m | C/m^3, C, Wb/m, kg -> A/m^2
        Rutherford scattering | Z_1=0:1, Z_2=0:1, alpha=0:1, hbar=0:1, c=0:1, E=0.5:2, theta=0.1*pi:0.9*pi | (Z_1*Z_2*alpha*hbar*c/(4*E*sin(theta/2)^2))^2 | 1, 1, 1, J*s, m/s, J, 1 -> m^2
        Friedmann equation | G=1:2, rho=1:2, k_f=0:1, c=0:1, a_f=1:2 | sqrt(8*pi*G/3*rho - k_f*c^2/a_f^2) | m^3/kg/s^2, kg/m^3, 1/m^2, m/s, 1 -> 1/s
        Compton scattering | E=0:1, m=0.5:2, c=0.5:2, theta=0:2*pi | E/(1 + E/(m*c^2)*(1 - cos(theta))) | J, kg, m/s, 1 -> J
        Radiated gravitational wave power | G=0:1, c=0.5:2, m_1=0:1, m_2=0:1, r=0.5:2 | -32/5*G^4/c^5*(m_1*m_2)^2*(m_1 + m_2)/r^5 | m^3/kg/s^2, m/s, kg, kg, m -> W
        Relativistic aberration | theta_2=0:pi, v=0:1, c=1:2 | acos((cos(theta_2) - v/c)/(1 - v/c*cos(theta_2))) | 1, m/s, m/s -> 1
        N-slit diffraction | I_0=0:1, alpha=0.1*pi:0.9*pi, delta=0.1*pi:0.9*pi, N=0.5:1 | I_0*(sin(alpha/2)/(alpha/2)*sin(N*delta/2)/sin(delta/2))^2 | W/m^2, 1, 1, 1 -> W/m^2
        Goldstein 3.16 | m=1:2, E=2:3, U=0:1, L=0:1, r=1:2 | sqrt(2/m*(E - U - L^2/(2*m*r^2))) | kg, J, J, J*s, m -> m/s
        Goldstein 3.55 | m=0.5:2, k_G=0.5:2, L=0.5:2, E=0:1, theta_1=0:2*pi, theta_2=0:2*pi | m*k_G/L^2*(1 + sqrt(1 + 2*E*L^2/(m*k_G^2))*cos(theta_1 - theta_2)) | kg, J*m, J*s, J, 1, 1 -> 1/m
        Goldstein 3.64 (ellipse) | d=0:1, alpha=0:0.9, theta_1=0:2*pi, theta_2=0:2*pi | d*(1 - alpha^2)/(1 + alpha*cos(theta_2 - theta_1)) | m, 1, 1, 1 -> m
        Goldstein 3.74 (Kepler) | d=0:1, G=0.5:2, m_1=0.5:2, m_2=0.5:2 | 2*pi*d^(3/2)/sqrt(G*(m_1 + m_2)) | m, m^3/kg/s^2, kg, kg -> s
        Goldstein 3.99 | epsilon=0:1, E=0:1, L=0:1, m=0.5:2, Z_1=0.5:2, Z_2=0.5:2, q=0.5:2 | sqrt(1 + 2*epsilon^2*E*L^2/(m*(Z_1*Z_2*q^2)^2)) | F/m, J, J*s, kg, 1, 1, C -> 1
        Goldstein 8.56 | p=0:1, q=0:1, A=0:1, c=0:1, m=0:1, V_e=0:1 | sqrt((p - q*A)^2*c^2 + m^2*c^4) + q*V_e | kg*m/s, C, Wb/m, m/s, kg, V -> J
        Goldstein 12.80 | m=0.5:2, p=0:1, omega=0:1, x=0:1, alpha=0:1, y=0.5:2 | 1/(2*m)*(p^2 + m^2*omega^2*x^2*(1 + alpha*y/x)) | kg, kg*m/s, 1/s, m, 1, m -> J
        Jackson 2.11 | q=0:1, epsilon=0.5:2, y=1:2, V_e=0:1, d=0:1 | q/(4*pi*epsilon*y^2)*(4*pi*epsilon*V_e*d - q*d*y^3/(y^2 - d^2)^2) | C, F/m, m, V, m -> N
        Jackson 3.45 | q=0:1, r=0:1, d=0:1, alpha=0:2*pi | q/sqrt(r^2 + d^2 - 2*d*r*cos(alpha)) | C, m, m, 1 -> C/m
        Jackson 4.60 | E_f=0:1, theta=0:2*pi, alpha=0:2, d=0:1, r=0.5:2 | E_f*cos(theta)*((alpha - 1)/(alpha + 2)*d^3/r^2 - r) | V/m, 1, 1, m, m -> V
        Jackson 11.38 (Doppler) | omega=0:1, v=0:1, c=1:2, theta=0:2*pi | sqrt(1 - v^2/c^2)/(1 + v/c*cos(theta))*omega | 1/s, m/s, m/s, 1 -> 1/s
        Weinberg 15.2.1 | G=0.5:2, c=0:1, k_f=0:1, a_f=0.5:2, H=0:1 | 3/(8*pi*G)*(c^2*k_f/a_f^2 + H^2) | m^3/kg/s^2, m/s, 1, m, 1/s -> kg/m^3
        Weinberg 15.2.2 | G=0.5:2, c=0:1, k_f=0:1, a_f=0.5:2, H=0:1, alpha=0:1 | -1/(8*pi*G)*(c^4*k_f/a_f^2 + c^2*H^2*(1 - 2*alpha)) | m^3/kg/s^2, m/s, 1, m, 1/s, 1 -> Pa
        Schwarz 13.132 (Klein-Nishina) | alpha=0:1, hbar=0:1, m=0.5:2, c=0.5:2, omega_0=0.5:2, omega=0.5:2, theta=0:2*pi | pi*alpha^2*hbar^2/m^2/c^2*(omega_0/omega)^2*(omega_0/omega + omega/omega_0 - sin(theta)^2) | 1, J*s, kg, m/s, 1/s, 1/s, 1 -> m^2
        """;
}
